#pragma once

/// Which labels a model takes for which: of images that lack one of their labels among what was said, the
/// labels that were said instead and are wrong. A picture whose one label was missed and one wrong one said
/// counts for that pair alone; one that misses two and has three wrong ones counts for all six.

#include "results/result_file.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tagloom::result_page {

/// Counts between the labels that are confused most; row and column of one label have one index.
struct LabelMatrix {
  /// Indices into the vocabulary, the most confused first.
  std::vector<std::int64_t> labels;
  /// `[labels, labels]`.
  std::vector<std::vector<std::int64_t>> counts;
};

inline constexpr std::size_t kMostConfused = 20;

/// `counts[missed][said]`: images. Needs truth.
[[nodiscard]] LabelMatrix confusion(const results::Result& result, std::size_t most = kMostConfused);

/// How much more often two labels were said of one image than an image has both (less often: negative);
/// `labels` are those whose company is wrong most. Symmetric, nothing on the diagonal. Needs truth.
[[nodiscard]] LabelMatrix company(const results::Result& result, std::size_t most = kMostConfused);

}  // namespace tagloom::result_page
