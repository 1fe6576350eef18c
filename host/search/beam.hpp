#pragma once

#include "search/search.hpp"

namespace tagloom::search {

/// Beam search of any width. A hypothesis that emits stop moves to a finished pool and frees no place: the
/// beam keeps its width. A stop counts as emitted only while it ranks among the best `beam_width`
/// continuations. An image is done when its pool holds `beam_width` hypotheses, or no live one can come
/// before the `n_best`-th of them. After `max_labels` labels stop is the only continuation, so there is
/// always an answer. Equal continuations: the better parent first, then the lower token.
class Beam : public Search {
 public:
  using Search::Search;
  /// As BeamSteps has them (beam_steps.hpp).
  [[nodiscard]] Tensors steps(Decoder& decoder, const Features& features) const override;
  [[nodiscard]] std::vector<Found> found(const Tensors& steps) const override;
};

}  // namespace tagloom::search
