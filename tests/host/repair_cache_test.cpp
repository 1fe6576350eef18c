/// A cache's damaged rows, computed anew from the images by the encoder that the cache names.

#include "features/repair_cache.hpp"

#include "annotation/find_encoder.hpp"
#include "annotation_world.hpp"
#include "checkpoint/feature_source.hpp"
#include "support/stop_note.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/reader.hpp>
#include <tagloom/featurecache/verify.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::features {
namespace {

using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

/// A copy of the world's cache, of which a tenth is zeros, and of its data.
class RepairedCache : public ::testing::Test {
 protected:
  RepairedCache() {
    const auto& world = annotation::painted_world();
    fs::copy(world.data(), data_, fs::copy_options::recursive);
    std::string bytes = whole_;
    bytes.replace(bytes.size() - bytes.size() / 10, 200, 200, '\x01');
    write_text(cache_, bytes);
  }

  [[nodiscard]] RepairConfig config() const {
    return {.cache = cache_, .data = data_, .batch = 4, .device = "cpu"};
  }

  /// As the command finds it, in the file that the user names.
  static CheckedEncoder with_weights(const featurecache::CacheInfo& info, const fs::path& weights) {
    return annotation::find_encoder(
        {.trained = checkpoint::feature_source(info), .choice = {.weights = weights}, .checkpoint = "c.h5"},
        annotation::painters());
  }
  static CheckedEncoder encoder(const featurecache::CacheInfo& info) {
    return with_weights(info, annotation::painted_world().weights());
  }

  [[nodiscard]] fs::path first_damaged() const {
    return data_ / "images" / featurecache::verify(cache_).rows.at(0).name;
  }

  TemporaryFolder folder_;
  const fs::path data_ = folder_ / "data";
  const fs::path cache_ = folder_ / "c.h5";
  const std::string whole_ = read_text(annotation::painted_world().cache());
};

TEST_F(RepairedCache, IsTheFileThatWasBuiltBitForBit) {
  const auto damaged = static_cast<std::int64_t>(featurecache::verify(cache_).rows.size());
  ASSERT_GT(damaged, 1);
  std::int64_t announced = 0;
  std::int64_t done = 0;
  const RepairResult result = repair_cache(config(), encoder,
                                           {.begin = [&](std::int64_t rows) { announced = rows; },
                                            .step = [&](std::int64_t rows) { done += rows; }});
  EXPECT_EQ(result.repaired, damaged);
  EXPECT_EQ(result.other_than_written, 0);
  EXPECT_EQ(announced, damaged);
  EXPECT_EQ(done, damaged);
  EXPECT_TRUE(read_text(cache_) == whole_) << "other bytes";
}

TEST_F(RepairedCache, IsSafeFromASignalOnlyOnceEncoderAndImagesAreThere) {
  bool while_it_is_made = true;
  bool while_it_computes = false;
  const auto made = [&](const featurecache::CacheInfo& info) {
    while_it_is_made = ends_in_good_order();
    return encoder(info);
  };
  (void)repair_cache(config(), made,
                     {.step = [&](std::int64_t) { while_it_computes = ends_in_good_order(); }});
  EXPECT_FALSE(while_it_is_made);
  EXPECT_TRUE(while_it_computes);
}

TEST_F(RepairedCache, IsLeftAloneWhereNothingIsDamaged) {
  write_text(cache_, whole_);
  const auto written = fs::last_write_time(cache_);
  const auto no_encoder = [](const featurecache::CacheInfo&) -> CheckedEncoder {
    throw PluginError("nobody asked for it");
  };
  EXPECT_EQ(repair_cache(config(), no_encoder, {}).repaired, 0);
  EXPECT_EQ(fs::last_write_time(cache_), written);
}

TEST_F(RepairedCache, RefusesAnImageThatHasChangedOrGone) {
  const std::string damaged = read_text(cache_);
  const fs::path image = first_damaged();
  const std::string name = image.filename();
  fs::copy_file(
      data_ / "images" / featurecache::CacheReader(annotation::painted_world().cache()).names().at(0), image,
      fs::copy_options::overwrite_existing);
  EXPECT_THAT([&] { repair_cache(config(), encoder, {}); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("image " + name + " has changed"),
                                             HasSubstr("content hash"), HasSubstr("was left as it is"))));
  write_text(image, "no image");
  EXPECT_THAT([&] { repair_cache(config(), encoder, {}); },
              ThrowsMessage<DataError>(HasSubstr(name + " is not an image")));
  fs::remove(image);
  EXPECT_THROW(repair_cache(config(), encoder, {}), DataError);
  EXPECT_TRUE(read_text(cache_) == damaged) << "other bytes";
}

TEST_F(RepairedCache, RefusesOtherWeightsAndImagesOfSomethingElse) {
  const fs::path other = folder_ / "other.txt";
  write_text(other, "3.5");
  EXPECT_THAT(
      [&] { repair_cache(config(), [&](const auto& info) { return with_weights(info, other); }, {}); },
      ThrowsMessage<DataError>(AllOf(HasSubstr("goes with other features"), HasSubstr("other weights"))));
  RepairConfig elsewhere = config();
  elsewhere.data.clear();
  elsewhere.images = {folder_ / "empty"};
  fs::create_directory(elsewhere.images.front());
  write_text(elsewhere.images.front() / "white.ppm", "P6\n1 1\n255\n\xFF\xFF\xFF");
  EXPECT_THAT([&] { repair_cache(elsewhere, encoder, {}); },
              ThrowsMessage<DataError>(HasSubstr("is not among those given")));
}

TEST_F(RepairedCache, IsWhatItWasAfterAStop) {
  const std::string damaged = read_text(cache_);
  const tagloom::testing::StopNote stop;
  EXPECT_THROW(repair_cache(config(), encoder, {.stop = stop_requested}), Interrupted);
  EXPECT_TRUE(read_text(cache_) == damaged) << "other bytes";
  EXPECT_FALSE(fs::exists(folder_ / "c.h5.partial"));
}

}  // namespace
}  // namespace tagloom::features
