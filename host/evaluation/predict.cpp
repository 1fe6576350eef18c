#include "evaluation/predict.hpp"

#include "evaluation/predictor.hpp"
#include "registry/guarded.hpp"
#include "runtime/device.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/featurecache/stream.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tagloom::evaluation {
namespace {

/// A recording costs about what a batch costs.
constexpr std::size_t kBatchesWorthRecording = 6;

std::vector<std::vector<std::int64_t>> in_batches(const std::vector<std::int64_t>& rows, std::int64_t size) {
  std::vector<std::vector<std::int64_t>> batches;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % static_cast<std::size_t>(size) == 0) batches.emplace_back();
    batches.back().push_back(rows[i]);
  }
  return batches;
}

/// Null if nothing is to be recorded.
std::unique_ptr<Recorder> recorder_for(const PredictOptions& options, std::size_t batches) {
  using runtime::CudaGraph;
  if (options.cuda_graph == CudaGraph::off) return nullptr;
  const std::string why_not = runtime::why_no_cuda_graphs(options.device);
  if (options.cuda_graph == CudaGraph::on && !why_not.empty()) throw runtime::cuda_graph_refused(why_not);
  const bool pays = options.cuda_graph == CudaGraph::on || batches >= kBatchesWorthRecording;
  return why_not.empty() && pays ? cuda_recorder(options.device) : nullptr;
}

}  // namespace

std::vector<Prediction> predict(models::Model& model, const Features& features, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  return Predictor(model, vocabulary, options)(features);
}

std::vector<Prediction> predict(models::Model& model, const featurecache::CacheReader& cache,
                                const std::vector<std::int64_t>& rows, const Vocabulary& vocabulary,
                                const PredictOptions& options) {
  model.eval();
  std::vector<Prediction> predictions;
  std::vector<std::vector<std::int64_t>> batches = in_batches(rows, options.batch);
  Predictor predictor(model, vocabulary, options, recorder_for(options, batches.size()));
  featurecache::FeatureStream stream(
      cache, std::move(batches), {.needs = model.needs(), .device = options.device, .type = options.type});
  while (const auto features = stream.next()) {
    throw_if_stop_requested();
    std::ranges::move(registry::guarded(fmt::format("{}, predicting labels", model.spec().name()),
                                        [&] { return predictor(*features); }),
                      std::back_inserter(predictions));
  }
  return predictions;
}

}  // namespace tagloom::evaluation
