#pragma once

/// Caches small enough to think about: image i is called "i.jpeg", and its features are known.

#include "support/files.hpp"
#include "support/formula.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/featurecache/reader.hpp>
#include <tagloom/featurecache/writer.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::featurecache {

inline CacheInfo tiny_info() {
  return {.version = "0.1.0",
          .encoder = "tiny",
          .encoder_options = {{"weights", "w.safetensors"}, {"layers", "3"}},
          .weights = {.source = "w.safetensors", .fingerprint = "1234", .random = false},
          .preprocessing = {.size = 448, .mean = {0.485F, 0.456F, 0.406F}, .std = {0.229F, 0.224F, 0.225F}},
          .feature_shape = {.channels = 3, .map_height = 2, .map_width = 2},
          .has = {.pooled = true, .map = true}};
}

/// Shards of four images, and time stands still, so that only full shards are stored.
inline WriterSettings tiny_settings() {
  return {.shard_images = 4, .now = [] { return std::chrono::steady_clock::time_point(); }};
}

inline ImageKey tiny_key(std::int64_t image) {
  return {.name = std::to_string(image) + ".jpeg", .hash = "hash of " + std::to_string(image)};
}

inline Features tiny_features(std::int64_t image) {
  const std::string name = std::to_string(image);
  return {.pooled = testing::formula_tensor("pooled " + name, {1, 3}).to(at::kHalf),
          .map = testing::formula_tensor("map " + name, {1, 4, 3}).to(at::kHalf)};
}

/// Appends images `begin` to `end`, one a call.
inline void append_images(CacheWriter& writer, std::int64_t begin, std::int64_t end) {
  for (std::int64_t image = begin; image < end; ++image) {
    const ImageKey key = tiny_key(image);
    writer.append({&key, 1}, tiny_features(image));
  }
}

inline std::filesystem::path write_tiny_cache(const std::filesystem::path& path, std::int64_t images) {
  CacheWriter writer(path, tiny_info(), tiny_settings());
  append_images(writer, 0, images);
  (void)writer.finish();
  return path;
}

/// That the cache holds exactly images 0 to `images`, in any order, each with its features.
inline void expect_tiny_cache(const std::filesystem::path& path, std::int64_t images) {
  const CacheReader cache(path);
  ASSERT_EQ(cache.info().images, images);
  for (std::int64_t image = 0; image < images; ++image) {
    const std::int64_t row = cache.row_of(tiny_key(image).name);
    EXPECT_EQ(cache.hashes()[static_cast<std::size_t>(row)], tiny_key(image).hash);
    const Features found = cache.read({&row, 1}, {.pooled = true, .map = true});
    EXPECT_TRUE(found.pooled.equal(tiny_features(image).pooled)) << image;
    EXPECT_TRUE(found.map.equal(tiny_features(image).map)) << image;
  }
  cache.verify();
}

/// Changes one byte of a file.
inline void flip_byte(const std::filesystem::path& path, std::size_t offset) {
  std::string bytes = testing::read_text(path);
  bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 0x55);
  testing::write_text(path, bytes);
}

inline std::filesystem::path parts_of(std::filesystem::path path) {
  return path += ".parts";
}

/// A build that ended after images 0 to 10: shards 00000 to 00002, the last of two images.
inline std::filesystem::path interrupted(const std::filesystem::path& path) {
  CacheWriter writer(path, tiny_info(), tiny_settings());
  append_images(writer, 0, 10);
  return path;
}

/// Continues with whatever is missing of images 0 to 12, and checks the result.
inline void expect_continues(const std::filesystem::path& path, std::int64_t images_kept) {
  {
    CacheWriter writer(path, tiny_info(), tiny_settings());
    EXPECT_EQ(writer.images(), images_kept);
    for (std::int64_t image = 0; image < 12; ++image)
      if (!writer.stored(tiny_key(image).name)) append_images(writer, image, image + 1);
    (void)writer.finish();
  }
  expect_tiny_cache(path, 12);
}

inline std::filesystem::path shard_of(const std::filesystem::path& cache, int number) {
  return parts_of(cache) / fmt::format("{:05}.h5", number);
}

/// The sentence of the error that `action` throws; fails the test if it throws none.
template <typename Expected = DataError, typename Action>
std::string sentence_of(Action&& action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

}  // namespace tagloom::featurecache
