#pragma once

#include "search/search.hpp"

namespace tagloom::search {

/// At every step the most probable token, the lower of equals, until stop.
class Greedy : public Search {
 public:
  using Search::Search;
  /// Tokens `[batch, steps]`, log probabilities `[batch, steps, labels + 1]`, and attention
  /// `[batch, steps, pixels]` or nothing.
  [[nodiscard]] Tensors steps(Decoder& decoder, const Features& features) const override;
  [[nodiscard]] std::vector<Found> found(const Tensors& steps) const override;
};

}  // namespace tagloom::search
