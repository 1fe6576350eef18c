#pragma once

/// A data set's images in feature caches: their rows, which of them have no features, and which are one
/// picture in two splits.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::evaluation {

/// The cache's row of each sample, whose name it may spell in other Unicode characters
/// (datasets/spelling.hpp). Throws DataError if there are images without features; the sentence counts them
/// and says that --skip-unreadable leaves them out.
std::vector<std::int64_t> rows_of(const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples);

/// Takes the samples out that one of the caches has no features of, and returns how many that were.
std::int64_t leave_out_missing(std::vector<datasets::Sample>& samples,
                               std::span<const featurecache::CacheReader> caches);
/// For the user; empty if none was left out.
std::string left_out_note(std::int64_t left_out, std::string_view of_what);

struct NamedSplit {
  std::string_view name;
  std::span<const datasets::Sample> samples;
};
/// For the user: how many training images are, by the hash of their file, also images of the other splits,
/// whose scores are then too good. Empty if none is. Images without features are not looked at.
std::string shared_images_warning(const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> train,
                                  std::span<const NamedSplit> others);

}  // namespace tagloom::evaluation
