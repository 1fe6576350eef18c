#pragma once

/// What the labels of a data set are like: how often each occurs, how many an image has, which come together
/// and which are in one split only. No picture is looked at.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/datasets/survey/co_occurrence.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tagloom::datasets {

/// The labels of one split's images.
struct SplitLabels {
  /// "train", "validation" or "test".
  std::string name;
  SplitSummary summary;
  std::int64_t fewest_labels = 0;
  double median_labels = 0.0;
  /// Images that have 0, 1, 2, ... labels, up to the largest number that one has.
  std::vector<std::int64_t> images_with;
  /// Images that have each label of the vocabulary.
  std::vector<std::int64_t> counts;
};

/// Throws DataError if a sample has a label outside `vocabulary`.
[[nodiscard]] SplitLabels split_labels(std::string name, const Vocabulary& vocabulary,
                                       std::span<const Sample> samples);

/// How unequal label frequencies are. Labels without image are in none of the numbers but the last.
struct Frequencies {
  /// Labels that occur, the most frequent first; of equal ones in the order of the vocabulary.
  std::vector<std::int64_t> ranked;
  double median = 0.0;
  /// The most frequent label's images over the rarest one's.
  double imbalance = 0.0;
  /// With at least one image, but fewer than kFewImages.
  std::int64_t rare = 0;
  std::int64_t absent = 0;
};

inline constexpr std::int64_t kFewImages = 5;

[[nodiscard]] Frequencies frequencies(std::span<const std::int64_t> counts);

struct LabelSurvey {
  /// Those that have images: training, validation, test. If none has, an empty training split.
  std::vector<SplitLabels> splits;
  /// All that follows, but for the labels of one split only, is about this split: the training images or,
  /// where there are none, those that there are.
  std::string about;
  Frequencies frequencies;
  /// Pairs that at least kFewImages images have, those that most belong together first.
  std::vector<LabelPair> pairs;
  /// The kMostInMatrix most frequent labels, in an order that puts neighbours together.
  CoOccurrence matrix;
  /// Labels that occur, but never as the only label of an image; the most frequent first.
  std::vector<std::int64_t> never_alone;
  /// Labels that occur in training images but in no test image, and the other way round; none if one of the
  /// splits is empty.
  std::vector<std::int64_t> only_in_train;
  std::vector<std::int64_t> only_in_test;

  /// The split that it is about.
  [[nodiscard]] const SplitLabels& main() const;
};

inline constexpr std::size_t kMostInMatrix = 30;

/// Throws DataError if a sample has a label outside the vocabulary.
[[nodiscard]] LabelSurvey survey_labels(const Dataset& data);

}  // namespace tagloom::datasets
