#include "evaluation/predict.hpp"

#include "evaluation/thresholds.hpp"
#include "registry/guarded.hpp"
#include "search/search.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/conformance/autocast.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tagloom::evaluation {
namespace {

/// The labels of a sequence, each once, in the order of their first occurrence.
Prediction from_search(search::Found found) {
  const search::Hypothesis& best = found.hypotheses.front();
  Prediction prediction{.label_scores = std::move(found.label_scores)};
  for (std::size_t i = 0; i < best.labels.size(); ++i) {
    if (std::ranges::find(prediction.labels, best.labels[i]) != prediction.labels.end()) continue;
    prediction.labels.push_back(best.labels[i]);
    if (!best.probabilities.empty()) prediction.probabilities.push_back(best.probabilities[i]);
  }
  prediction.hypotheses = std::move(found.hypotheses);
  return prediction;
}

std::vector<Prediction> by_threshold(const at::Tensor& logits, const PredictOptions& options) {
  const at::Tensor probabilities = logits.to(at::kFloat).sigmoid().to(at::kCPU).contiguous();
  const auto labels = static_cast<std::size_t>(probabilities.size(1));
  std::vector<Prediction> predictions;
  for (std::int64_t i = 0; i < probabilities.size(0); ++i) {
    const float* scores = probabilities.data_ptr<float>() + i * probabilities.size(1);
    predictions.push_back({.label_scores = std::vector<float>(scores, scores + labels)});
  }
  apply_thresholds(predictions, options.thresholds);
  return predictions;
}

void require_numbers(const std::vector<Prediction>& predictions) {
  for (const Prediction& prediction : predictions)
    if (std::ranges::any_of(prediction.label_scores, [](float score) { return std::isnan(score); }))
      throw NumericError(
          "The model's outputs are not numbers (NaN); its weights are damaged or its training diverged.");
}

std::vector<std::vector<std::int64_t>> in_batches(const std::vector<std::int64_t>& rows, std::int64_t size) {
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % static_cast<std::size_t>(size) == 0) batches.emplace_back();
    batches.back().push_back(rows[i]);
  }
  return batches;
}

}  // namespace

std::vector<Prediction> predict(models::Model& model, const Features& features, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  const at::NoGradGuard no_grad;
  const conformance::AutocastScope mixed(options.device, options.type == at::kBFloat16);
  const Features all = model.with_concepts(features);
  std::vector<Prediction> predictions;
  if (model.decoder() == nullptr) {
    predictions = by_threshold(all.concepts, options);
  } else {
    for (search::Found& found : search::search(*model.decoder(), all, vocabulary, options.search))
      predictions.push_back(from_search(std::move(found)));
  }
  require_numbers(predictions);
  return predictions;
}

std::vector<Prediction> predict(models::Model& model, const featurecache::CacheReader& cache,
                                const std::vector<std::int64_t>& rows, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  model.eval();
  std::vector<Prediction> predictions;
  featurecache::FeatureStream batches(
      cache, in_batches(rows, options.batch),
      {.needs = model.needs(), .device = options.device, .type = options.type});
  while (const auto features = batches.next()) {
    throw_if_stop_requested();
    std::ranges::move(registry::guarded(fmt::format("{}, predicting labels", model.spec().name()),
                                        [&] { return predict(model, *features, vocabulary, options); }),
                      std::back_inserter(predictions));
  }
  return predictions;
}

}  // namespace tagloom::evaluation
