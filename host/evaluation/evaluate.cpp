#include "evaluation/evaluate.hpp"

#include "evaluation/greedy.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::evaluation {

std::vector<std::int64_t> rows_of(const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples) {
  std::vector<std::int64_t> rows;
  rows.reserve(samples.size());
  for (const datasets::Sample& sample : samples)
    rows.push_back(cache.row_of(sample.image_name));
  return rows;
}

std::vector<std::vector<std::int64_t>> predict(Decoder& decoder, const featurecache::CacheReader& cache,
                                               const std::vector<std::int64_t>& rows,
                                               const Vocabulary& vocabulary, const SearchOptions& options) {
  decoder.eval();
  std::vector<std::vector<std::int64_t>> sequences;
  for (std::size_t first = 0; first < rows.size(); first += static_cast<std::size_t>(options.batch)) {
    const std::size_t count = std::min(rows.size() - first, static_cast<std::size_t>(options.batch));
    const Features features =
        cache.read(std::span(rows).subspan(first, count), decoder.needs()).to(options.device, at::kFloat);
    std::ranges::move(greedy(decoder, features, vocabulary, options.max_steps),
                      std::back_inserter(sequences));
  }
  return sequences;
}

Metrics score(std::span<const datasets::Sample> samples,
              const std::vector<std::vector<std::int64_t>>& sequences, std::int64_t labels) {
  std::vector<std::vector<std::int64_t>> targets;
  std::vector<std::vector<std::int64_t>> predictions;
  for (const datasets::Sample& sample : samples)
    targets.push_back(sample.labels);
  for (const auto& sequence : sequences)
    predictions.push_back(label_set(sequence));
  return compute_metrics(targets, predictions, labels);
}

}  // namespace tagloom::evaluation
