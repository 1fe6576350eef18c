// Features that changed since they were written, as a failing disk or a bad copy leaves them: whoever reads
// them first says so.

#include "layout/layout.hpp"
#include "tiny_cache.hpp"

#include <tagloom/featurecache/resident.hpp>

#include <hdf5.h>

#include <functional>
#include <utility>

namespace tagloom::featurecache {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr FeatureNeeds kAll{.pooled = true, .map = true};
constexpr FeatureNeeds kPooled{.pooled = true, .map = false};
constexpr FeatureNeeds kMap{.pooled = false, .map = true};
constexpr std::int64_t kFirstImages = 5;
constexpr std::int64_t kChanged = 2;

enum class Part { pooled, map };

/// Changes a bit of the features in the middle of `part` of one row.
void change(const fs::path& path, Part part) {
  const Layout layout = read_layout(File(path, File::Mode::read));
  const auto& offsets = part == Part::pooled ? layout.pooled : layout.map;
  flip_byte(path, offsets[kChanged] + 2);
}

using Read = std::function<void(const std::vector<CacheReader>& caches, FeatureNeeds needs)>;

void read_by_row(const std::vector<CacheReader>& caches, FeatureNeeds needs) {
  const std::vector<std::int64_t> rows = {1, 2, 0};
  (void)caches[0].read(rows, needs);
}

template <at::ScalarType type>
void stream(const std::vector<CacheReader>& caches, FeatureNeeds needs) {
  FeatureStream batches(caches, {{{0, 0}, {0, 1}}, {{0, 2}}}, {.needs = needs, .type = type});
  while (batches.next()) {
  }
}

void load(const std::vector<CacheReader>& caches, FeatureNeeds needs) {
  (void)ResidentFeatures::load(caches, {.needs = needs});
}

const std::vector<std::pair<const char*, Read>> kReaders = {{"by row", read_by_row},
                                                            {"stream of float16", stream<at::kHalf>},
                                                            {"stream of float32", stream<at::kFloat>},
                                                            {"stream of bfloat16", stream<at::kBFloat16>},
                                                            {"resident", load}};

class FirstReads : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<CacheReader> opened() const {
    std::vector<CacheReader> caches;
    caches.emplace_back(path_);
    return caches;
  }

  /// By every reader that wants `needs`.
  void expect_noticed(FeatureNeeds needs) const {
    for (const auto& [name, read] : kReaders)
      EXPECT_THAT(sentence_of<DamagedFile>([&] { read(opened(), needs); }),
                  AllOf(HasSubstr("the features of image 2.jpeg in "), HasSubstr("c.h5 are damaged"),
                        HasSubstr("copy or build it again"), HasSubstr("`tagloom cache verify`")))
          << name;
  }
  void expect_unnoticed(FeatureNeeds needs) const {
    for (const auto& [name, read] : kReaders)
      EXPECT_NO_THROW(read(opened(), needs)) << name;
  }

  testing::TemporaryFolder folder_;
  const fs::path path_ = write_tiny_cache(folder_ / "c.h5", kFirstImages);
};

TEST_F(FirstReads, EveryReaderNoticesAMapThatChanged) {
  change(path_, Part::map);
  expect_noticed(kAll);
  expect_noticed(kMap);
}

TEST_F(FirstReads, EveryReaderNoticesPooledFeaturesThatChanged) {
  change(path_, Part::pooled);
  expect_noticed(kAll);
  expect_noticed(kPooled);
}

TEST_F(FirstReads, EveryReaderNoticesPooledFeaturesThatChangedWhereThereAreNoMaps) {
  fs::remove(path_);
  CacheInfo info = tiny_info();
  info.has.map = false;
  {
    CacheWriter writer(path_, info, tiny_settings());
    append_images(writer, 0, kFirstImages);
    (void)writer.finish();
  }
  expect_unnoticed(kPooled);
  change(path_, Part::pooled);
  expect_noticed(kPooled);
}

TEST_F(FirstReads, WhatIsNotReadMayBeDamaged) {
  change(path_, Part::map);
  expect_unnoticed(kPooled);
}

TEST_F(FirstReads, ARowIsCheckedOnceByAReader) {
  const auto caches = opened();
  read_by_row(caches, kAll);
  change(path_, Part::map);
  EXPECT_NO_THROW(read_by_row(caches, kAll));
  EXPECT_THROW(read_by_row(opened(), kAll), DamagedFile);
}

TEST_F(FirstReads, ARowWhosePooledFeaturesWereCheckedAloneIsCheckedAgainWithItsMap) {
  const auto caches = opened();
  read_by_row(caches, kPooled);
  change(path_, Part::map);
  EXPECT_THROW(read_by_row(caches, kAll), DamagedFile);
}

TEST_F(FirstReads, ARowThatWasDamagedIsCheckedAgain) {
  const auto caches = opened();
  change(path_, Part::map);
  EXPECT_THROW(read_by_row(caches, kAll), DamagedFile);
  EXPECT_THROW(read_by_row(caches, kAll), DamagedFile);
  change(path_, Part::map);
  EXPECT_NO_THROW(read_by_row(caches, kAll));
}

TEST_F(FirstReads, VerifyFindsAHashThatChanged) {
  const Layout layout = read_layout(File(path_, File::Mode::read));
  for (const std::string& hash : {layout.keys.row_hashes[kChanged], layout.keys.pooled_hashes[kChanged]}) {
    const std::string whole = testing::read_text(path_);
    std::string bytes = whole;
    bytes.replace(bytes.find(hash), 1, "x");
    testing::write_text(path_, bytes);
    EXPECT_THAT(sentence_of<DamagedFile>([&] { CacheReader(path_).verify(); }), HasSubstr("image 2.jpeg"));
    testing::write_text(path_, whole);
  }
  CacheReader(path_).verify();
}

/// As earlier versions wrote it.
void remove_pooled_hashes(const fs::path& path) {
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  EXPECT_GE(H5Ldelete(file, "features/pooled_hash", H5P_DEFAULT), 0);
  EXPECT_GE(H5Fclose(file), 0);
}

TEST_F(FirstReads, OfAFileWithoutHashesOfPooledFeaturesAreCheckedWithTheMap) {
  remove_pooled_hashes(path_);
  expect_tiny_cache(path_, kFirstImages);
  expect_unnoticed(kPooled);
  change(path_, Part::pooled);
  expect_noticed(kAll);
  expect_noticed(kMap);
}

TEST_F(FirstReads, OfFilesOfOlderFormatsNoticeAMapThatChanged) {
  for (const char* name : {"featurecache_format1.h5", "featurecache_format2.h5", "featurecache_format3.h5"}) {
    fs::copy_file(testing::test_data(name), path_, fs::copy_options::overwrite_existing);
    expect_tiny_cache(path_, 3);
    change(path_, Part::map);
    EXPECT_THAT(sentence_of<DamagedFile>([&] { read_by_row(opened(), kMap); }), HasSubstr("image 2.jpeg"));
  }
}

TEST_F(FirstReads, ACacheContinuedFromAnEarlierVersionsShardsIsWhole) {
  const fs::path path = interrupted(folder_ / "continued.h5");
  for (const int shard : {1, 2})
    remove_pooled_hashes(shard_of(path, shard));
  expect_continues(path, 10);
}

}  // namespace
}  // namespace tagloom::featurecache
