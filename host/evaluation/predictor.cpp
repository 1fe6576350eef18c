#include "evaluation/predictor.hpp"

#include "evaluation/thresholds.hpp"
#include "registry/guarded.hpp"
#include "runtime/device.hpp"
#include "runtime/exceptions.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/conformance/autocast.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <iterator>
#include <utility>

namespace tagloom::evaluation {
namespace {

/// A recording costs about what a batch costs.
constexpr std::int64_t kBatchesWorthRecording = 6;

std::vector<std::vector<std::int64_t>> in_batches(const std::vector<std::int64_t>& rows, std::int64_t size) {
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % static_cast<std::size_t>(size) == 0) batches.emplace_back();
    batches.back().push_back(rows[i]);
  }
  return batches;
}

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

/// `[batch, labels]`
std::vector<Prediction> by_threshold(const at::Tensor& probabilities, const PredictOptions& options) {
  const at::Tensor numbers = probabilities.to(at::kCPU).contiguous();
  const auto labels = static_cast<std::size_t>(numbers.size(1));
  std::vector<Prediction> predictions;
  for (std::int64_t i = 0; i < numbers.size(0); ++i) {
    const float* scores = numbers.data_ptr<float>() + i * numbers.size(1);
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

std::unique_ptr<search::Search> search_of(const Vocabulary& vocabulary, const PredictOptions& options,
                                          bool is_recorded) {
  search::SearchOptions search = options.search;
  search.every_step = is_recorded;
  return search::search_for(vocabulary, search);
}

RecordedCalls::Settings settings_of(const PredictOptions& options) {
  return {.note =
              [insists = options.cuda_graph == runtime::CudaGraph::on,
               note = options.note](const std::exception& error) {
                const std::string why = runtime::reason(error);
                if (insists) throw runtime::cuda_graph_refused(why);
                note(fmt::format("Predictions are not recorded as a CUDA graph: {}.", why));
              },
          .failed = options.recording_failed};
}

}  // namespace

std::unique_ptr<Recorder> recorder_for(const PredictOptions& options, std::int64_t images) {
  using runtime::CudaGraph;
  if (options.cuda_graph == CudaGraph::off) return nullptr;
  const std::string why_not = runtime::why_no_cuda_graphs(options.device);
  runtime::require_kept(options.cuda_graph, why_not);
  const bool pays =
      options.cuda_graph == CudaGraph::on || images > (kBatchesWorthRecording - 1) * options.batch;
  return why_not.empty() && pays ? cuda_recorder(options.device) : nullptr;
}

Predictor::Predictor(models::Model& model, const Vocabulary& vocabulary, const PredictOptions& options,
                     std::unique_ptr<Recorder> recorder)
    : model_(model),
      options_(options),
      search_(model.decoder() ? search_of(vocabulary, options, recorder != nullptr) : nullptr),
      calls_(
          std::move(recorder),
          [this](const Tensors& features) {
            return computed({.pooled = features[0], .map = features[1], .concepts = {}});
          },
          settings_of(options)) {}

std::vector<Prediction> Predictor::operator()(const Features& features) {
  std::vector<Prediction> all = predictions(calls_({features.pooled, features.map}));
  require_numbers(all);
  return all;
}

std::vector<Prediction> Predictor::operator()(const featurecache::CacheReader& cache,
                                              const std::vector<std::int64_t>& rows) {
  model_.eval();
  std::vector<Prediction> all;
  featurecache::FeatureStream stream(
      cache, in_batches(rows, options_.batch),
      {.needs = model_.needs(), .device = options_.device, .type = options_.type});
  while (const auto features = stream.next()) {
    throw_if_stop_requested();
    std::ranges::move(registry::guarded(fmt::format("{}, predicting labels", model_.spec().name()),
                                        [&] { return (*this)(*features); }),
                      std::back_inserter(all));
  }
  return all;
}

Predictor::Tensors Predictor::computed(const Features& features) const {
  const at::NoGradGuard no_grad;
  const conformance::AutocastScope mixed(options_.device, options_.type == at::kBFloat16);
  const Features all = model_.with_concepts(features);
  if (!search_) return {all.concepts.to(at::kFloat).sigmoid()};
  return search_->steps(*model_.decoder(), all);
}

std::vector<Prediction> Predictor::predictions(const Tensors& computed) const {
  if (!search_) return by_threshold(computed.front(), options_);
  std::vector<Prediction> all;
  for (search::Found& found : search_->found(computed))
    all.push_back(from_search(std::move(found)));
  return all;
}

}  // namespace tagloom::evaluation
