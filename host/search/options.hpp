#pragma once

/// How label sequences are searched, and what a search finds.

#include "options/table.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace tagloom::search {

struct SearchOptions {
  /// Hypotheses kept an image; 1 is greedy search.
  std::int64_t beam_width = 1;
  /// After so many labels the sequence is stopped.
  std::int64_t max_labels = 0;
  /// Hypotheses are ranked by log p / (labels + 1)^length_penalty; 0 ranks by probability.
  double length_penalty = 0;
  /// Let a sequence emit a label again. Annotations never do, so by default emitted labels are masked.
  bool allow_repeats = false;
  /// Hypotheses returned an image, at most `beam_width`.
  std::int64_t n_best = 1;
  /// Return where each step looked, for decoders with attention.
  bool attention = false;
  /// Return how probable each emitted label was.
  bool probabilities = false;
  /// Take all steps, as on a GPU in any case: what is recorded does the same for all batches.
  bool every_step = false;
};

/// A row an option, in the command line's words. The others are set by whoever searches.
const options::Table<SearchOptions>& option_table();

/// Throws UsageError, naming the command line's option, for a value that makes no sense.
void check(const SearchOptions& options);

struct Hypothesis {
  /// In the order of emission, without the stop token.
  std::vector<std::int64_t> labels;
  /// The log probability of the labels and the stop token.
  double log_prob = 0;
  /// log_prob / (labels + 1)^length_penalty.
  double score = 0;
  /// `[labels + 1, pixels]`, the last row for the stop token; undefined unless asked for.
  at::Tensor attention;
  /// A number a label: softmax(logits)[label] at its step without the labels that were masked there; empty
  /// unless asked for.
  std::vector<float> probabilities = {};
};

/// What a search found for one image.
struct Found {
  /// Best first, at least one; equal scores in the order of their labels' indices.
  std::vector<Hypothesis> hypotheses;
  /// `[labels]`: a ranking score per label, its largest probability over the steps of the best hypothesis,
  /// the stop step included.
  std::vector<float> label_scores;
};

}  // namespace tagloom::search
