#include "checkpoint/feature_source.hpp"

#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::checkpoint {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

featurecache::CacheReader older_cache() {
  return featurecache::CacheReader(tagloom::testing::test_data("featurecache_format3.h5"));
}

/// A model of `older_cache`, as an older tagloom wrote it.
Checkpoint older_model() {
  Checkpoint model;
  model.features = {.encoder = "tiny",
                    .weights_fingerprint = "1234",
                    .preprocessing = "squish 448, mean 0.485 0.456 0.406, std 0.229 0.224 0.225",
                    .shape = {.channels = 3, .map_height = 2, .map_width = 2}};
  return model;
}

TEST(FeatureSource, AnOlderModelFitsAnOlderCache) {
  EXPECT_NO_THROW(check_same_features(older_model(), "m.safetensors", older_cache()));
}

TEST(FeatureSource, AnOlderModelDoesNotFitPixelsAsTheyAreSeen) {
  const tagloom::testing::TemporaryFolder folder;
  featurecache::CacheInfo info = older_cache().info();
  info.pixels = featurecache::PixelRule::seen;
  {
    featurecache::CacheWriter writer(folder / "new.h5", info);
    const featurecache::ImageKey key{.name = "a.jpg", .hash = "-"};
    writer.append({&key, 1}, {.pooled = at::zeros({1, 3}), .map = at::zeros({1, 4, 3})});
    (void)writer.finish();
  }
  const featurecache::CacheReader cache(folder / "new.h5");
  EXPECT_THAT([&] { check_same_features(older_model(), "m.safetensors", cache); },
              ThrowsMessage<DataError>(HasSubstr("pixels as they are stored there, as they are seen here")));
  Checkpoint newer = older_model();
  newer.features = feature_source(info);
  EXPECT_NO_THROW(check_same_features(newer, "m.safetensors", cache));
}

TEST(FeatureSource, SaysHowJpegsWereDecodedAndDoesNotMixIt) {
  featurecache::CacheInfo info = older_cache().info();
  info.pixels = featurecache::PixelRule::seen;
  const FeatureSource full = feature_source(info);
  info.decode = featurecache::DecodeRule::scaled;
  const FeatureSource scaled = feature_source(info);
  EXPECT_EQ(decode_rule(full), featurecache::DecodeRule::full);
  EXPECT_EQ(decode_rule(scaled), featurecache::DecodeRule::scaled);
  EXPECT_EQ(pixel_rule(scaled), featurecache::PixelRule::seen);
  EXPECT_EQ(difference(scaled, scaled), "");
  EXPECT_EQ(difference(full, scaled),
            "JPEGs decoded in full there, at a reduced scale here (`tagloom cache build --decode full`)");
  EXPECT_EQ(difference(scaled, full),
            "JPEGs decoded at a reduced scale there, in full here (`tagloom cache build --decode scaled`)");
}

}  // namespace
}  // namespace tagloom::checkpoint
