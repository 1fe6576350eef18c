#pragma once

/// Whether one method is better than another on the same images, or only seems so: the paired bootstrap. The
/// images (or the labels) of the data set are drawn again with replacement, thousands of times; both methods
/// are scored on each draw, and what their difference does over the draws is what it might have been on other
/// images of the same kind. Both sides may have several runs (seeds): a side's figure is the mean over its
/// runs, on each draw as on all images. A draw has fewer distinct images than the data set, so that a rare
/// label may be missing from it and figures per class come out lower, for both sides; intervals and p are
/// therefore taken of the draws' distances from their own mean. What is drawn follows from the seed alone.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::statistics {

/// The labels of each image: distinct, below the number of labels, in any order.
using LabelSets = std::vector<std::vector<std::int64_t>>;

/// Two sides, scored on the same images against the same annotations.
struct Pair {
  const LabelSets& truth;
  /// A run each, with the images in the order of `truth`. One at least on either side.
  std::span<const LabelSets> first;
  std::span<const LabelSets> second;
  std::int64_t label_count = 0;
};

/// What is drawn. Images: how far the difference holds on other images. Labels: how far it holds for other
/// labels; figures that are means over images have none then.
enum class Drawn { images, labels };

struct BootstrapOptions {
  Drawn drawn = Drawn::images;
  std::int64_t draws = 10000;
  /// The share of cases in which an interval holds the difference.
  double confidence = 0.95;
  std::uint64_t seed = 0;
  /// The F1 of every label, too, with intervals that are percentiles of the draws; needs draws times labels
  /// times 4 bytes. Only where images are drawn.
  bool each_label = false;
};

/// One figure of both sides; `difference` is the second's less the first's.
struct Difference {
  double first = 0.0;
  double second = 0.0;
  double difference = 0.0;
  /// The interval that the difference lies in, with the confidence asked for.
  double low = 0.0;
  double high = 0.0;
  /// How often a difference as large would be drawn if there were none, two-sided; from 1 / (draws + 1) to 1.
  double p = 1.0;

  /// Whether it is more than chance, by both: the interval, of the confidence asked for, leaves out 0, and p
  /// is below what that leaves.
  [[nodiscard]] bool is_certain(double confidence) const {
    return (low > 0 || high < 0) && p < 1 - confidence;
  }
};

/// By the names that docs/scores.md has in JSON: "per_class.f1", "micro.recall", "n_plus".
struct NamedDifference {
  std::string_view name;
  Difference value;
};

struct Comparison {
  std::vector<NamedDifference> figures;
  /// The F1 of label 0, 1, ...; empty unless asked for.
  std::vector<Difference> labels;
};

/// Throws DataError if a run has another number of images than `truth`, a side has no run, there are no
/// images, or a label set holds a label twice or one out of range. Asks `stop_requested` (base/interrupt.hpp)
/// at every draw and throws Interrupted.
[[nodiscard]] Comparison paired_bootstrap(const Pair& pair, const BootstrapOptions& options = {});

}  // namespace tagloom::statistics
