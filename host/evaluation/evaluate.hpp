#pragma once

/// Predictions of a decoder for one split, and what they score.

#include "evaluation/metrics.hpp"

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::evaluation {

struct SearchOptions {
  std::int64_t max_steps = 0;
  std::int64_t batch = 256;
  at::Device device = at::kCPU;
};

/// The cache's row of each sample. Throws DataError naming the first image that the cache does not hold.
std::vector<std::int64_t> rows_of(const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples);

/// Label sequences for the images at `rows`, by greedy search. The decoder is put in evaluation mode and left
/// so.
std::vector<std::vector<std::int64_t>> predict(Decoder& decoder, const featurecache::CacheReader& cache,
                                               const std::vector<std::int64_t>& rows,
                                               const Vocabulary& vocabulary, const SearchOptions& options);

/// Scores sequences (repeated labels count once) against the samples' labels.
Metrics score(std::span<const datasets::Sample> samples,
              const std::vector<std::vector<std::int64_t>>& sequences, std::int64_t labels);

}  // namespace tagloom::evaluation
