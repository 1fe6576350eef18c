#pragma once

/// How results differ on the same images: each from one that they are all held against, figure by figure and
/// label by label, with the intervals of the paired bootstrap (statistics/paired_bootstrap.hpp).

#include "results/result_file.hpp"
#include "statistics/paired_bootstrap.hpp"

#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tagloom::results {

struct CompareOptions {
  /// The split that is looked at; others are left out.
  std::string split = "test";
  /// The name of the result that others are held against, or its model; empty: the first.
  std::string against;
  std::int64_t draws = 10000;
  double confidence = 0.95;
  std::uint64_t seed = 0;
};

/// Nothing is concluded about labels of fewer images: two coins that fall alike four times are no news.
inline constexpr std::int64_t kFewImages = 5;

struct LabelDifference {
  /// Index into the vocabulary.
  std::int64_t label = 0;
  /// Images that have it.
  std::int64_t images = 0;
  /// Its F1.
  statistics::Difference f1;

  /// Whether it has enough images to be judged, and its interval leaves out 0.
  [[nodiscard]] bool differs() const { return images >= kFewImages && (f1.low > 0 || f1.high < 0); }
};

/// One result, held against the reference.
struct Against {
  std::string name;
  /// "per_class.f1": the names of docs/scores.md. "map" is the last, where both have scores.
  std::vector<statistics::NamedDifference> figures;
  /// Every label that some image has, the largest difference first.
  std::vector<LabelDifference> labels;
};

struct Differences {
  Vocabulary vocabulary;
  std::string reference;
  std::string split;
  std::int64_t images = 0;
  std::int64_t draws = 0;
  double confidence = 0;
  std::vector<Against> others;
};

/// Baselines are left out. Throws DataError if fewer than two results of the split are left, if they are not
/// of the same images with the same labels, or a file holds no truth; UsageError if no result is called as
/// `options.against` says, or several are.
[[nodiscard]] Differences differences(const std::vector<ResultFile>& files, const CompareOptions& options);

}  // namespace tagloom::results
