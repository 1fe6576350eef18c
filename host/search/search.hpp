#pragma once

/// Greedy and beam search for any decoder, over all images of a batch at once. The decoder should be in
/// evaluation mode; no gradient is recorded. Throws Interrupted before a step, if a signal left its note.

#include "search/options.hpp"

#include <tagloom/decoder.hpp>
#include <tagloom/vocabulary.hpp>

namespace tagloom::search {

/// Greedy search for a width of 1, beam search for more. Throws UsageError for options that make no sense.
std::vector<Found> search(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                          const SearchOptions& options);

/// Beam search of any width. A hypothesis that emits stop moves to a finished pool and frees no place: the
/// beam keeps its width. A stop counts as emitted only while it ranks among the best `beam_width`
/// continuations. An image is done when its pool holds `beam_width` hypotheses, or no live one can come
/// before the `n_best`-th of them. After `max_labels` labels stop is the only continuation, so there is
/// always an answer. Equal continuations: the better parent first, then the lower token.
std::vector<Found> beam(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                        const SearchOptions& options);

/// At every step the most probable token, the lower of equals, until stop. On a CPU it ends when all images
/// have stopped; on a GPU, where steps after a stop cost less than a round trip at every step, there is one
/// copy to the host for the whole batch.
std::vector<Found> greedy(Decoder& decoder, const Features& features, const Vocabulary& vocabulary,
                          const SearchOptions& options);

}  // namespace tagloom::search
