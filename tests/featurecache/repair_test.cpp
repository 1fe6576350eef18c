// Damaged rows computed anew: what comes of it is the file that was written, bit for bit.

#include "layout/cache_file.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/repair.hpp>

#include <hdf5.h>

#include <limits>

namespace tagloom::featurecache {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Repair : public ::testing::Test {
 protected:
  /// The damaged images' features again, one at a time.
  static void replace_all(CacheRepair& repair) {
    for (std::size_t i = 0; i < repair.images().size(); ++i)
      repair.replace(i, tiny_features(std::stoll(repair.images()[i].name)));
  }

  void expect_mended() {
    CacheRepair repair(path_);
    replace_all(repair);
    EXPECT_EQ(repair.other_than_written(), 0);
    repair.finish();
    EXPECT_TRUE(testing::read_text(path_) == whole_) << "other bytes";
    expect_tiny_cache(path_, 8);
  }

  testing::TemporaryFolder folder_;
  const fs::path path_ = write_tiny_cache(folder_ / "c.h5", 8);
  const std::string whole_ = testing::read_text(path_);
  const Layout layout_ = CacheFile(path_).layout();
};

TEST_F(Repair, GivesTheFileThatWasWritten) {
  flip_byte(path_, layout_.map[2]);
  flip_byte(path_, layout_.pooled[5]);
  flip_byte(path_, layout_.map[7]);
  {
    const CacheRepair repair(path_);
    ASSERT_EQ(repair.images().size(), 3);
    EXPECT_EQ(repair.images()[1].name, "5.jpeg");
    EXPECT_EQ(repair.images()[1].hash, "hash of 5");
  }
  expect_mended();
}

TEST_F(Repair, GivesItWheneverThatIs) {
  const hid_t file = H5Fopen(path_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  for (const char* name :
       {"/", "images", "features", "images/name", "features/hash", "features/pooled", "features/map"}) {
    H5O_info_t about = {};
    ASSERT_GE(H5Oget_info_by_name(file, name, &about, H5P_DEFAULT), 0);
    EXPECT_EQ(about.ctime, 0) << name << " says when it was made";
  }
  H5Fclose(file);
}

TEST_F(Repair, CompletesAFileThatWasCutShort) {
  fs::resize_file(path_, layout_.map[3] + 1);
  expect_mended();
}

TEST_F(Repair, KeepsWhatTheFileHasUntilItIsWhole) {
  flip_byte(path_, layout_.map[2]);
  const std::string damaged = testing::read_text(path_);
  CacheRepair repair(path_);
  replace_all(repair);
  EXPECT_TRUE(testing::read_text(path_) == damaged) << "other bytes";
  repair.finish();
  EXPECT_TRUE(testing::read_text(path_) == whole_) << "other bytes";
  EXPECT_FALSE(fs::exists(folder_ / "c.h5.partial"));
}

TEST_F(Repair, CountsRowsThatComeOutOtherwise) {
  flip_byte(path_, layout_.map[2]);
  flip_byte(path_, layout_.map[4]);
  CacheRepair repair(path_);
  repair.replace(0, tiny_features(2));
  repair.replace(1, tiny_features(100));
  EXPECT_EQ(repair.other_than_written(), 1);
  repair.finish();
  const CacheReader cache(path_);
  cache.verify();
  const std::vector<std::int64_t> rows = {4};
  EXPECT_TRUE(cache.read(rows, {.pooled = true, .map = true}).map.equal(tiny_features(100).map));
}

TEST_F(Repair, MendsAHashThatChanged) {
  flip_byte(path_, whole_.find(layout_.keys.row_hashes[6]));
  CacheRepair repair(path_);
  replace_all(repair);
  repair.finish();
  EXPECT_TRUE(testing::read_text(path_) == whole_) << "other bytes";
}

TEST_F(Repair, RefusesFilesWhoseNamesChanged) {
  flip_byte(path_, whole_.find("hash of 6"));
  EXPECT_THAT(sentence_of([&] { CacheRepair repair(path_); }), HasSubstr("nobody knows whose features"));
}

TEST_F(Repair, WaitsForNoBuildThatAppendsButLeavesTheFileToIt) {
  flip_byte(path_, layout_.map[2]);
  const std::string damaged = testing::read_text(path_);
  CacheRepair repair(path_);
  replace_all(repair);
  WriterSettings appending = tiny_settings();
  appending.append = true;
  {
    const CacheWriter writer(path_, tiny_info(), appending);
    EXPECT_THAT(sentence_of([&] { repair.finish(); }), HasSubstr("is being built by"));
    EXPECT_TRUE(testing::read_text(path_) == damaged) << "other bytes";
  }
  repair.finish();
  EXPECT_TRUE(testing::read_text(path_) == whole_) << "other bytes";
}

TEST_F(Repair, DoesNotReplaceAFileThatCameInTheMeantime) {
  flip_byte(path_, layout_.map[2]);
  CacheRepair repair(path_);
  replace_all(repair);
  fs::rename(write_tiny_cache(folder_ / "longer.h5", 9), path_);
  EXPECT_THAT(sentence_of([&] { repair.finish(); }), HasSubstr("is another file now"));
  expect_tiny_cache(path_, 9);
  EXPECT_FALSE(fs::exists(parts_of(path_)));
}

TEST_F(Repair, RefusesFeaturesThatAreNoNumbers) {
  flip_byte(path_, layout_.map[2]);
  CacheRepair repair(path_);
  Features features = tiny_features(2);
  features.map[0][0][0] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(sentence_of<NumericError>([&] { repair.replace(0, features); }), HasSubstr("2.jpeg"));
}

}  // namespace
}  // namespace tagloom::featurecache
