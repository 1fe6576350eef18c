#pragma once

/// The paired bootstrap of mean average precision, which is computed from scores instead of labels.

#include "statistics/paired_bootstrap.hpp"

#include <cstdint>
#include <vector>

namespace tagloom::statistics {

/// `[labels]` an image: what labels are ranked by.
using LabelScores = std::vector<std::vector<float>>;

/// Two runs, scored on the same images against the same annotations.
struct ScoredPair {
  const LabelSets& truth;
  /// Empty stands for 0 on every draw: the interval is that of the second's own figure.
  const LabelScores& first;
  const LabelScores& second;
  std::int64_t label_count = 0;
};

/// `options.drawn` must be images; with one seed they are those that `paired_bootstrap` draws. On a draw, the
/// mean is over the labels that some drawn image has. Throws what that function throws.
[[nodiscard]] Difference average_precision_bootstrap(const ScoredPair& pair,
                                                     const BootstrapOptions& options = {});

}  // namespace tagloom::statistics
