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

  /// Whether it has enough images to be judged, and its difference is certain.
  [[nodiscard]] bool differs(double confidence) const {
    return images >= kFewImages && f1.is_certain(confidence);
  }
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

/// Whether the result is the one that `--against` names: by its name or its model.
[[nodiscard]] bool is_called(const Result& result, const std::string& wanted);

/// `results` are named (`name_all`), and their labels numbered as in `vocabulary`; baselines are left out.
/// Throws DataError if fewer than two results of the split are left, if they are not of the same images with
/// the same labels, or one holds no truth; UsageError if no result is called as `options.against` says, or
/// several are.
[[nodiscard]] Differences differences(const std::vector<Result>& results, const Vocabulary& vocabulary,
                                      const CompareOptions& options);

/// The same of the results of files, numbered as the first file numbers its labels.
[[nodiscard]] Differences differences(const std::vector<ResultFile>& files, const CompareOptions& options);

}  // namespace tagloom::results
