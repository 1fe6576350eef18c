#include "evaluation/cached_images.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace tagloom::evaluation {
namespace {

using datasets::Sample;
using featurecache::CacheReader;

const std::string& hash_of(const CacheReader& cache, std::int64_t row) {
  return cache.hashes()[static_cast<std::size_t>(row)];
}

std::int64_t count_shared(const CacheReader& cache, std::span<const Sample> train,
                          std::span<const Sample> other) {
  std::unordered_set<std::string_view> hashes;
  for (const Sample& sample : other) {
    if (const auto row = cache.find_row(sample.image_name)) hashes.insert(hash_of(cache, *row));
  }
  return std::ranges::count_if(train, [&](const Sample& sample) {
    const auto row = cache.find_row(sample.image_name);
    return row && hashes.contains(hash_of(cache, *row));
  });
}

DataError missing_images(const CacheReader& cache, std::span<const Sample> samples) {
  std::string first;
  const auto missing = std::ranges::count_if(samples, [&](const Sample& sample) {
    const bool found = cache.find_row(sample.image_name).has_value();
    if (!found && first.empty()) first = shown(sample.image_name);
    return !found;
  });
  return DataError(
      fmt::format("{} has no features of {} of {} images, the first is {}; build it from all images, or add "
                  "--skip-unreadable to leave these out.",
                  shown(cache.path().string()), missing, samples.size(), first));
}

}  // namespace

std::vector<std::int64_t> rows_of(const CacheReader& cache, std::span<const Sample> samples) {
  std::vector<std::int64_t> rows;
  rows.reserve(samples.size());
  for (const Sample& sample : samples) {
    const auto row = cache.find_row(sample.image_name);
    if (!row) throw missing_images(cache, samples);
    rows.push_back(*row);
  }
  return rows;
}

std::int64_t leave_out_missing(std::vector<Sample>& samples, std::span<const CacheReader> caches) {
  return static_cast<std::int64_t>(std::erase_if(samples, [&](const Sample& sample) {
    return !std::ranges::all_of(
        caches, [&](const CacheReader& cache) { return cache.find_row(sample.image_name).has_value(); });
  }));
}

std::string left_out_note(std::int64_t left_out, std::string_view of_what) {
  if (left_out == 0) return {};
  return fmt::format("{} {} left out: the cache has no features of {}.", left_out, of_what,
                     left_out == 1 ? "it" : "them");
}

std::string shared_images_warning(const CacheReader& cache, std::span<const Sample> train,
                                  std::span<const NamedSplit> others) {
  std::string counts;
  for (const NamedSplit& other : others) {
    if (const std::int64_t shared = count_shared(cache, train, other.samples); shared > 0)
      counts += fmt::format("{}{} are also {} images", counts.empty() ? "" : ", ", shared, other.name);
  }
  if (counts.empty()) return {};
  return fmt::format(
      "Of {} training images {} (equal files): scores there are better than on new images; take them out of "
      "one of the splits.",
      train.size(), counts);
}

}  // namespace tagloom::evaluation
