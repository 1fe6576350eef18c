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
std::vector<std::int64_t> label_set(const std::vector<std::int64_t>& sequence) {
  std::vector<std::int64_t> labels;
  for (const std::int64_t label : sequence) {
    if (std::ranges::find(labels, label) == labels.end()) labels.push_back(label);
  }
  return labels;
}

Prediction from_search(search::Found found) {
  return {.labels = label_set(found.hypotheses.front().labels),
          .label_scores = std::move(found.label_scores),
          .hypotheses = std::move(found.hypotheses)};
}

std::vector<std::vector<std::int64_t>> in_batches(const std::vector<std::int64_t>& rows, std::int64_t size) {
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % static_cast<std::size_t>(size) == 0) batches.emplace_back();
    batches.back().push_back(rows[i]);
  }
  return batches;
}

std::vector<Prediction> predict_batch(models::Model& model, const Features& features,
                                      const Vocabulary& vocabulary, const PredictOptions& options) {
  const at::NoGradGuard no_grad;
  const conformance::AutocastScope mixed(options.device, options.type == at::kBFloat16);
  const Features all = model.with_concepts(features);
  std::vector<Prediction> predictions;
  if (model.decoder() != nullptr) {
    for (search::Found& found : search::search(*model.decoder(), all, vocabulary, options.search))
      predictions.push_back(from_search(std::move(found)));
    return predictions;
  }
  const at::Tensor probabilities = all.concepts.to(at::kFloat).sigmoid().to(at::kCPU).contiguous();
  const auto labels = static_cast<std::size_t>(probabilities.size(1));
  for (std::int64_t i = 0; i < probabilities.size(0); ++i) {
    const float* scores = probabilities.data_ptr<float>() + i * probabilities.size(1);
    predictions.push_back({.label_scores = std::vector<float>(scores, scores + labels)});
  }
  apply_thresholds(predictions, options.thresholds);
  return predictions;
}

}  // namespace

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
                                        [&] { return predict_batch(model, *features, vocabulary, options); }),
                      std::back_inserter(predictions));
  }
  for (const Prediction& prediction : predictions) {
    if (std::ranges::any_of(prediction.label_scores, [](float score) { return std::isnan(score); }))
      throw NumericError(
          "The model's outputs are not numbers (NaN); its weights are damaged or its training diverged.");
  }
  return predictions;
}

}  // namespace tagloom::evaluation
