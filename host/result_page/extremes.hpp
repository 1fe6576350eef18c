#pragma once

/// The pictures on which a model did best and worst, with what is true, what was said and where the model
/// looked.

#include "results/result_file.hpp"

#include <cstddef>
#include <vector>

namespace tagloom::result_page {

struct Picture {
  /// Index into the result's images.
  std::size_t image = 0;
  /// The picture's own F1.
  double f1 = 0;
};

struct Extremes {
  /// The best first.
  std::vector<Picture> best;
  /// The worst first.
  std::vector<Picture> worst;
};

/// So many of each, at most half of all. Of equal F1, they have as many different labels as there are; then
/// the best have more labels, and the worst are those whose wrong labels the model was surest of. Needs
/// truth.
[[nodiscard]] Extremes extremes(const results::Result& result, std::size_t of_each);

}  // namespace tagloom::result_page
