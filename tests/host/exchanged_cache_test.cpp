/// Features that leave for other programs and come from them, and caches compared.

#include "annotation/find_encoder.hpp"
#include "annotation_world.hpp"
#include "checkpoint/feature_source.hpp"
#include "features/compare_caches.hpp"
#include "features/export_cache.hpp"
#include "features/import_cache.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/reader.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tagloom::features {
namespace {

using featurecache::CacheReader;
using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

fs::path world_cache() {
  return annotation::painted_world().cache();
}

/// What `cache import` is told of an export.
ImportConfig of_npy(const fs::path& folder, const fs::path& output) {
  return {.pooled = folder / "pooled.npy",
          .map = folder / "map.npy",
          .map_order = MapOrder::nhwc,
          .names = folder / "names.txt",
          .encoder = "paint",
          .weights = "2.5",
          .preprocessing = "8 x 8",
          .output = output};
}

/// That both hold the same numbers under the same names, in the same rows.
void expect_equal_features(const fs::path& one, const fs::path& other) {
  const CacheReader a(one);
  const CacheReader b(other);
  ASSERT_EQ(a.names(), b.names());
  std::vector<std::int64_t> rows(a.names().size());
  std::iota(rows.begin(), rows.end(), 0);
  const Features of_a = a.read(rows, {.pooled = true, .map = true});
  const Features of_b = b.read(rows, {.pooled = true, .map = true});
  EXPECT_TRUE(of_a.pooled.equal(of_b.pooled));
  EXPECT_TRUE(of_a.map.equal(of_b.map));
}

TEST(ExchangedCache, ThatDoesNotReachItsEndLeavesNoNamesOfAnEarlierExport) {
  const TemporaryFolder folder;
  const fs::path npy = folder / "npy";
  (void)export_cache({.cache = world_cache(), .output = npy});
  fs::remove(npy / "pooled.npy");
  fs::create_directories(npy / "pooled.npy/in the way");
  EXPECT_THROW((void)export_cache({.cache = world_cache(), .output = npy}), DataError);
  EXPECT_FALSE(fs::exists(npy / "names.txt"));
  EXPECT_FALSE(fs::exists(npy / "cache.json"));
}

TEST(ExchangedCache, ComesBackFromNumpyAsItWent) {
  const TemporaryFolder folder;
  const auto exported = export_cache({.cache = world_cache(), .output = folder / "npy"});
  EXPECT_EQ(exported.images, 80);
  EXPECT_THAT(read_text(folder / "npy/cache.json"), HasSubstr("\"encoder\": \"mean_colour\""));
  (void)import_cache(of_npy(folder / "npy", folder / "c.h5"));
  expect_equal_features(world_cache(), folder / "c.h5");
  CacheReader(folder / "c.h5").verify();
}

TEST(ExchangedCache, ComesBackFromSafetensorsAsItWent) {
  const TemporaryFolder folder;
  const fs::path file = folder / "f.safetensors";
  const auto exported =
      export_cache({.cache = world_cache(), .format = ArrayFormat::safetensors, .output = file});
  EXPECT_EQ(exported.bytes, fs::file_size(file));
  const Safetensors read = read_safetensors(file);
  EXPECT_THAT(read.tensors.at(1).second.sizes(), ElementsAre(80, 2, 2, 3));
  (void)import_cache({.pooled = file,
                      .map = file,
                      .map_order = MapOrder::nhwc,
                      .encoder = "paint",
                      .output = folder / "c.h5"});
  expect_equal_features(world_cache(), folder / "c.h5");
}

TEST(ExchangedCache, ComesFromHdf5AsOurOwnAndFromMapsAlone) {
  const TemporaryFolder folder;
  const ImportConfig config{.pooled = world_cache(),
                            .pooled_key = "features/pooled",
                            .names_key = "images/name",
                            .images = {annotation::painted_world().pictures()},
                            .encoder = "paint",
                            .output = folder / "c.h5"};
  const auto info = import_cache(config);
  EXPECT_FALSE(info.has.map);
  EXPECT_EQ(CacheReader(folder / "c.h5").hashes(), CacheReader(world_cache()).hashes());
  (void)export_cache({.cache = world_cache(), .output = folder / "npy"});
  ImportConfig map_only = of_npy(folder / "npy", folder / "m.h5");
  map_only.pooled.clear();
  (void)import_cache(map_only);
  const CacheReader cache(folder / "m.h5");
  const std::vector<std::int64_t> rows = {3};
  const Features read = cache.read(rows, {.pooled = true, .map = true});
  EXPECT_TRUE(read.pooled.to(at::kFloat).allclose(read.map.to(at::kFloat).mean(1), 1e-2, 1e-3));
}

TEST(ExchangedCache, MapsWithChannelsFirstAreTurned) {
  const TemporaryFolder folder;
  const at::Tensor map = at::rand({2, 3, 4, 5}, at::kDouble);
  write_safetensors(folder / "f.safetensors",
                    {.metadata = {{"names", R"(["a.jpg", "b.jpg"])"}}, .tensors = {{"map", map}}});
  const auto info = import_cache({.map = folder / "f.safetensors",
                                  .map_order = MapOrder::nchw,
                                  .encoder = "vit",
                                  .output = folder / "c.h5"});
  EXPECT_EQ(info.feature_shape, (FeatureShape{.channels = 3, .map_height = 4, .map_width = 5}));
  const std::vector<std::int64_t> rows = {1};
  const at::Tensor read = CacheReader(folder / "c.h5").read(rows, {.pooled = false, .map = true}).map;
  EXPECT_TRUE(read[0].equal(map[1].permute({1, 2, 0}).reshape({20, 3}).to(at::kHalf)));
}

TEST(ExchangedCache, IsOfNoEncoderAndIsNotMixedWithOthers) {
  const TemporaryFolder folder;
  (void)export_cache({.cache = world_cache(), .output = folder / "npy"});
  (void)import_cache(of_npy(folder / "npy", folder / "c.h5"));
  ImportConfig other = of_npy(folder / "npy", folder / "d.h5");
  other.preprocessing = "448 x 448, bicubic";
  (void)import_cache(other);
  const auto source = checkpoint::feature_source(CacheReader(folder / "c.h5").info());
  EXPECT_EQ(source.encoder, "imported:paint");
  EXPECT_THAT(checkpoint::difference(source, checkpoint::feature_source(CacheReader(folder / "d.h5").info())),
              HasSubstr("448 x 448, bicubic"));
  EXPECT_THAT(checkpoint::difference(source, checkpoint::feature_source(CacheReader(world_cache()).info())),
              HasSubstr("imported:paint there, mean_colour here"));
  const auto says_so = ThrowsMessage<DataError>(AllOf(HasSubstr("no encoder"), HasSubstr("imported:paint")));
  EXPECT_THAT([&] { annotation::check(source, {}, annotation::painters()); }, says_so);
  EXPECT_THAT(
      [&] { (void)annotation::find_encoder({.trained = source, .checkpoint = "m"}, annotation::painters()); },
      says_so);
}

TEST(ExchangedCache, RefusesWhatDoesNotFit) {
  const TemporaryFolder folder;
  (void)export_cache({.cache = world_cache(), .output = folder / "npy"});
  const auto refusal = [&](void (*change)(ImportConfig&)) {
    ImportConfig config = of_npy(folder / "npy", folder / "c.h5");
    change(config);
    try {
      (void)import_cache(config);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("it was taken");
  };
  EXPECT_THAT(refusal([](ImportConfig& config) { config.map_order = MapOrder::unsaid; }),
              HasSubstr("--map-order"));
  EXPECT_THAT(refusal([](ImportConfig& config) { config.map_order = MapOrder::nchw; }),
              HasSubstr("do not have as many images and channels"));
  EXPECT_THAT(refusal([](ImportConfig& config) { config.pooled = config.map; }),
              HasSubstr("not images and channels"));
  EXPECT_THAT(refusal([](ImportConfig& config) { config.map = config.pooled; }), HasSubstr("reshape"));
  EXPECT_THAT(refusal([](ImportConfig& config) { config.names.clear(); }), HasSubstr("holds no names"));
  EXPECT_THAT(refusal([](ImportConfig& config) { config.pooled = config.names; }),
              HasSubstr("neither .npy, HDF5"));
  write_text(folder / "npy/names.txt", "one.jpg\r\ntwo.jpg\n");
  EXPECT_THAT(refusal([](ImportConfig&) {}), HasSubstr("names 2 images, and there are features of 80"));
}

TEST(ExchangedCache, SaysWhatMadeItsFeatures) {
  for (const char* encoder : {"", "  "})
    EXPECT_THAT([&] { (void)import_cache({.pooled = "f.npy", .encoder = encoder, .output = "c.h5"}); },
                ThrowsMessage<UsageError>(HasSubstr("--encoder is empty")))
        << encoder;
}

TEST(ComparedCaches, AreEqualToThemselves) {
  const CacheDifference found = compare_caches(world_cache(), world_cache());
  EXPECT_TRUE(found.equal());
  EXPECT_EQ(found.images_of_one, 80);
}

TEST(ComparedCaches, DifferByImagesContentsFeaturesAndDescription) {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, const at::Tensor& pooled, const char* names) {
    const fs::path file = folder / (std::string(name) + ".safetensors");
    write_safetensors(file, {.metadata = {{"names", names}}, .tensors = {{"pooled", pooled}}});
    const fs::path cache = folder / (std::string(name) + ".h5");
    (void)import_cache({.pooled = file, .encoder = name, .output = cache});
    return cache;
  };
  const at::Tensor pooled = at::ones({3, 2});
  const at::Tensor other = pooled.clone();
  other[1][0] = 1.25;
  const CacheDifference found =
      compare_caches(write("a", pooled, R"(["1", "2", "3"])"), write("b", other, R"(["2", "3", "4"])"));
  EXPECT_FALSE(found.equal());
  EXPECT_THAT(found.description, HasSubstr("imported:a there, imported:b here"));
  EXPECT_THAT(found.only_in_one, ElementsAre("1"));
  EXPECT_THAT(found.only_in_other, ElementsAre("4"));
  // Without images, features stand for contents.
  EXPECT_THAT(found.other_content, ElementsAre("3"));
  EXPECT_EQ(found.pooled.images, 1);
  EXPECT_EQ(found.pooled.image, "3");
  EXPECT_DOUBLE_EQ(found.pooled.absolute, 0.25);
  EXPECT_NEAR(found.pooled.relative, 0.2, 1e-6);
  EXPECT_EQ(found.map.images, 0);
}

}  // namespace
}  // namespace tagloom::features
