#pragma once

/// Greedy search: at every step the most probable token, until the stop token.

#include <tagloom/decoder.hpp>
#include <tagloom/vocabulary.hpp>

#include <cstdint>
#include <vector>

namespace tagloom::evaluation {

/// The token sequences of a batch, each cut before its first stop; at most `max_steps` labels. Equal logits
/// go to the lower index. The decoder should be in evaluation mode; no gradient is recorded.
std::vector<std::vector<std::int64_t>> greedy(Decoder& decoder, const Features& features,
                                              const Vocabulary& vocabulary, std::int64_t max_steps);

/// The labels of a sequence, each once, in the order of their first occurrence: a prediction as a label set.
std::vector<std::int64_t> label_set(const std::vector<std::int64_t>& sequence);

}  // namespace tagloom::evaluation
