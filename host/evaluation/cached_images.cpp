#include "evaluation/cached_images.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace tagloom::evaluation {
namespace {

using datasets::Sample;
using featurecache::CacheReader;

const std::string& hash_of(const CacheReader& cache, std::int64_t row) {
  return cache.hashes()[static_cast<std::size_t>(row)];
}

/// Rows by name, in whichever Unicode spelling the cache has it.
class RowFinder {
 public:
  explicit RowFinder(const CacheReader& cache) : cache_(&cache) {}

  std::optional<std::int64_t> operator()(const std::string& name) {
    if (const auto row = cache_->find_row(name)) return row;
    if (is_ascii(name)) return std::nullopt;
    if (!by_spelling_) by_spelling_ = other_spellings();
    const auto found = by_spelling_->find(datasets::common_spelling(name));
    return found == by_spelling_->end() ? std::nullopt : std::optional(found->second);
  }

 private:
  static bool is_ascii(std::string_view name) {
    return std::ranges::all_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }

  [[nodiscard]] std::unordered_map<std::string, std::int64_t> other_spellings() const {
    std::unordered_map<std::string, std::int64_t> rows;
    for (std::size_t row = 0; row < cache_->names().size(); ++row) {
      if (const std::string& name = cache_->names()[row]; !is_ascii(name))
        rows.emplace(datasets::common_spelling(name), static_cast<std::int64_t>(row));
    }
    return rows;
  }

  const CacheReader* cache_;
  /// Made when a name is first missed that may have another spelling.
  std::optional<std::unordered_map<std::string, std::int64_t>> by_spelling_;
};

std::int64_t count_shared(const CacheReader& cache, std::span<const Sample> train,
                          std::span<const Sample> other) {
  RowFinder find(cache);
  std::unordered_set<std::string_view> hashes;
  for (const Sample& sample : other) {
    if (const auto row = find(sample.image_name)) hashes.insert(hash_of(cache, *row));
  }
  return std::ranges::count_if(train, [&](const Sample& sample) {
    const auto row = find(sample.image_name);
    return row && hashes.contains(hash_of(cache, *row));
  });
}

DataError missing_images(const CacheReader& cache, std::span<const Sample> samples) {
  RowFinder find(cache);
  std::string first;
  const auto missing = std::ranges::count_if(samples, [&](const Sample& sample) {
    const bool found = find(sample.image_name).has_value();
    if (!found && first.empty()) first = shown(sample.image_name);
    return !found;
  });
  return DataError(
      fmt::format("{} has no features of {} of {} images, the first is {}; build it from all images, or add "
                  "--skip-unreadable to leave these out.",
                  shown(cache.path()), missing, samples.size(), first));
}

}  // namespace

std::vector<std::int64_t> rows_of(const CacheReader& cache, std::span<const Sample> samples) {
  std::vector<std::int64_t> rows;
  rows.reserve(samples.size());
  RowFinder find(cache);
  for (const Sample& sample : samples) {
    const auto row = find(sample.image_name);
    if (!row) throw missing_images(cache, samples);
    rows.push_back(*row);
  }
  return rows;
}

std::int64_t leave_out_missing(std::vector<Sample>& samples, std::span<const CacheReader> caches) {
  std::vector<RowFinder> finders(caches.begin(), caches.end());
  return static_cast<std::int64_t>(std::erase_if(samples, [&](const Sample& sample) {
    return !std::ranges::all_of(finders,
                                [&](RowFinder& find) { return find(sample.image_name).has_value(); });
  }));
}

std::string left_out_note(std::int64_t left_out, std::string_view of_what) {
  if (left_out == 0) return {};
  const bool one = left_out == 1;
  return fmt::format("{} of the {} {} left out: the cache has no features of {}.", left_out, of_what,
                     one ? "is" : "are", one ? "it" : "them");
}

std::string shared_images_warning(const CacheReader& cache, std::span<const Sample> train,
                                  std::span<const NamedSplit> others) {
  std::string counts;
  for (const NamedSplit& other : others) {
    if (const std::int64_t shared = count_shared(cache, train, other.samples); shared > 0)
      counts += fmt::format("{}{} {} {} image{}", counts.empty() ? "" : ", ", shared,
                            shared == 1 ? "is also a" : "are also", other.name, shared == 1 ? "" : "s");
  }
  if (counts.empty()) return {};
  return fmt::format(
      "Of {} training images {} (equal files): scores there are better than on new images; take them out of "
      "one of the splits.",
      train.size(), counts);
}

}  // namespace tagloom::evaluation
