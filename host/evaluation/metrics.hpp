#pragma once

/// How well predicted label sets match the annotated ones. Three families, because papers use one name for
/// different numbers: `per_class` averages over labels (Corel tradition), `micro` counts all image-label
/// pairs together (what the papers of this family call "per image"), `example_based` averages over images.
/// Value types; no state.

#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace tagloom::evaluation {

struct PrecisionRecall {
  double precision = 0.0;
  double recall = 0.0;
  double f1 = 0.0;
};

/// One label's counts over all images, and what they come to.
struct LabelScore {
  std::int64_t true_positives = 0;
  std::int64_t predicted = 0;
  std::int64_t actual = 0;
  double precision = 0.0;
  double recall = 0.0;
  double f1 = 0.0;
};

/// Means over all labels; a label that is absent or never predicted counts 0, each denominator has 1e-7
/// added.
struct PerClassScores {
  double precision = 0.0;
  double recall = 0.0;
  /// The harmonic mean of `precision` and `recall` above: the F1 that Corel-5k papers print.
  double f1 = 0.0;
  /// The mean of each label's own F1: "macro F1" elsewhere.
  double mean_of_f1 = 0.0;
};

/// Labels with similarly many training images, together.
struct BandScores {
  /// "rare", "middle" or "frequent".
  std::string name;
  std::int64_t labels = 0;
  /// The least and the greatest number of training images that one of the labels has.
  std::int64_t fewest = 0;
  std::int64_t most = 0;
  PerClassScores per_class;
  std::int64_t n_plus = 0;
};

struct Metrics {
  std::int64_t images = 0;
  PerClassScores per_class;
  /// All image-label pairs together; the papers' "per image". Denominators have 1e-7 added.
  PrecisionRecall micro;
  /// Each figure is the mean of the images' own. An image without predictions has precision 0, one without
  /// annotated labels recall 0; an image with neither is right and counts 1 in all three.
  PrecisionRecall example_based;
  /// Labels predicted rightly at least once (N+).
  std::int64_t n_plus = 0;
  std::vector<LabelScore> labels;
  /// mAP: see mean_average_precision; NaN where predictions carry no ranking (the baseline).
  double mean_average_precision = std::numeric_limits<double>::quiet_NaN();
  /// Rare, middle, frequent; empty until frequency_bands fills it.
  std::vector<BandScores> bands;
};

/// `targets[i]` and `predictions[i]` are the label sets of image i: distinct labels below `label_count`, in
/// any order. Throws DataError if the two differ in length, or a set holds a label twice or one out of range.
[[nodiscard]] Metrics compute_metrics(std::span<const std::vector<std::int64_t>> targets,
                                      std::span<const std::vector<std::int64_t>> predictions,
                                      std::int64_t label_count);

/// Sets what follows from the counts of `metrics.labels`: each label's own figures, `per_class`, `micro` and
/// `n_plus`.
void score_counts(Metrics& metrics);

/// The mean over all labels that some image has of the label's average precision: images ranked by their
/// score for the label, the precision at each rank where recall rises, weighted by the rise. Images of equal
/// score share a rank. `scores[i]` holds one score a label for image i. Throws DataError if the two differ in
/// length.
[[nodiscard]] double mean_average_precision(std::span<const std::vector<std::int64_t>> targets,
                                            std::span<const std::vector<float>> scores,
                                            std::int64_t label_count);

/// The labels in three parts of (nearly) equal size by their number of training images, ties by index: rare,
/// middle, frequent.
[[nodiscard]] std::vector<BandScores> frequency_bands(const std::vector<LabelScore>& labels,
                                                      const std::vector<std::int64_t>& train_counts);

/// What any method must beat: the `count` most frequent training labels, for every image; ties go to the
/// lower index. The natural `count` is the rounded mean number of labels of a training image.
[[nodiscard]] std::vector<std::int64_t> frequent_labels_baseline(const LabelStatistics& statistics,
                                                                 std::int64_t count);

/// The mean number of labels of an image, rounded and at least 1: the usual `count` of
/// frequent_labels_baseline.
[[nodiscard]] std::int64_t rounded_mean_labels(const LabelStatistics& statistics, std::int64_t images);

}  // namespace tagloom::evaluation
