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
#include <limits>

namespace tagloom::evaluation {
namespace {

/// The labels of a sequence, each once, in the order of their first occurrence, with its confidences.
Prediction from_search(search::Found found) {
  const search::Hypothesis& best = found.hypotheses.front();
  Prediction prediction{.label_scores = std::move(found.label_scores),
                        .confidences = std::vector<std::vector<float>>(best.probabilities.size())};
  for (std::size_t i = 0; i < best.labels.size(); ++i) {
    if (std::ranges::find(prediction.labels, best.labels[i]) != prediction.labels.end()) continue;
    prediction.labels.push_back(best.labels[i]);
    for (std::size_t t = 0; t < best.probabilities.size(); ++t)
      prediction.confidences[t].push_back(best.probabilities[t][i]);
  }
  prediction.hypotheses = std::move(found.hypotheses);
  return prediction;
}

void add_confidences(Prediction& prediction, const std::vector<double>& temperatures) {
  for (const double temperature : temperatures) {
    std::vector<float>& own = prediction.confidences.emplace_back();
    for (const std::int64_t label : prediction.labels) {
      const double logit = logit_of(prediction.label_scores[static_cast<std::size_t>(label)]);
      own.push_back(static_cast<float>(1 / (1 + std::exp(-logit / temperature))));
    }
  }
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
  for (Prediction& prediction : predictions)
    add_confidences(prediction, options.temperatures);
  return predictions;
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

float logit_of(float probability) {
  const float p = std::clamp(probability, std::numeric_limits<float>::min(), std::nextafter(1.0F, 0.0F));
  return std::log(p) - std::log1p(-p);
}

std::vector<Prediction> predict(models::Model& model, const Features& features, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  const at::NoGradGuard no_grad;
  const conformance::AutocastScope mixed(options.device, options.type == at::kBFloat16);
  const Features all = model.with_concepts(features);
  if (model.decoder() == nullptr) return by_threshold(all.concepts, options);
  search::SearchOptions search = options.search;
  search.temperatures = options.temperatures;
  std::vector<Prediction> predictions;
  for (search::Found& found : search::search(*model.decoder(), all, vocabulary, search))
    predictions.push_back(from_search(std::move(found)));
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
  for (const Prediction& prediction : predictions) {
    if (std::ranges::any_of(prediction.label_scores, [](float score) { return std::isnan(score); }))
      throw NumericError(
          "The model's outputs are not numbers (NaN); its weights are damaged or its training diverged.");
  }
  return predictions;
}

}  // namespace tagloom::evaluation
