#pragma once

/// `tagloom cache diff` as a library call: what makes two caches other ones.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::features {

/// How far the numbers of one kind are apart, over all images that both caches have.
struct Distance {
  std::int64_t images = 0;
  /// The largest difference of two numbers, and where.
  double absolute = 0;
  std::string image;
  /// The largest difference as a part of the larger of the two numbers; of those beyond float16's smallest
  /// normal number, below which there are few bits.
  double relative = 0;
};

struct CacheDifference {
  std::int64_t images_of_one = 0;
  std::int64_t images_of_other = 0;
  /// What the descriptions differ in, in a few words; empty if in nothing that matters.
  std::string description;
  /// Sorted names.
  std::vector<std::string> only_in_one;
  std::vector<std::string> only_in_other;
  std::vector<std::string> other_content;
  /// Images whose features differ.
  Distance pooled;
  Distance map;
  /// Features that both have, of one shape, could be compared.
  bool comparable = true;

  [[nodiscard]] bool equal() const;
};

/// Reads both. Throws DataError as a CacheReader does.
[[nodiscard]] CacheDifference compare_caches(const std::filesystem::path& one,
                                             const std::filesystem::path& other);

}  // namespace tagloom::features
