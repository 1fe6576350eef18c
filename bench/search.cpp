/// Beam search over a batch of images.

#include "measured.hpp"
#include "models/model.hpp"
#include "search/beam.hpp"
#include "search/beam_steps.hpp"
#include "setup.hpp"

#include <tagloom/nn/recorded_calls.hpp>

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>
#include <exception>
#include <stdexcept>
#include <string>

namespace tagloom::bench {
namespace {

void beam_search(benchmark::State& state, const std::string& decoder, at::ScalarType type) {
  constexpr std::int64_t kBatch = 64;
  constexpr std::int64_t kBeam = 10;
  at::manual_seed(1);
  const auto model =
      models::create_model(config(decoder, "cross_entropy").model,
                           {.labels = kLabels, .features = kShape, .embeddings = {}}, registry());
  model->to(device());
  model->eval();
  const Features input = features(kBatch, type);
  const Vocabulary labels = vocabulary();
  constexpr std::int64_t kSteps = kMaxLabels + 1;
  // As a host does: recorded where there is a GPU.
  const bool records = device().is_cuda() && has_cuda_graphs();
  const search::Beam beam(labels, {.beam_width = kBeam, .max_labels = kSteps, .every_step = records});
  RecordedCalls steps(records ? cuda_recorder(device()) : nullptr,
                      [&](const RecordedCalls::Tensors& all) {
                        return beam.steps(*model->decoder(),
                                          {.pooled = all[0], .map = all[1], .concepts = {}});
                      },
                      {.note = [](const std::exception& error) { throw std::runtime_error(error.what()); }});
  const search::BeamSteps taken = search::as_beam_steps(
      beam.steps(*model->decoder(), {.pooled = input.pooled, .map = input.map, .concepts = {}}));
  const StepSizes sizes{.images = kBatch,
                        .tokens = taken.tokens.size(0),
                        .pixels = model->needs().map ? kBatch * kShape.pixels() : 0};
  const auto count = static_cast<std::int64_t>(taken.log_probs.size());
  const double whole_maps = static_cast<double>(taken.images.size(0)) / static_cast<double>(kBatch);
  time(state, floor_of_search(*model, sizes, {.count = count, .whole_maps = whole_maps}, type), [&] {
    benchmark::DoNotOptimize(beam.found(steps({input.pooled, input.map})));
  });
}

#define TAGLOOM_BEAM_SEARCH(decoder)                                          \
  BENCHMARK_CAPTURE(beam_search, decoder##_float32, #decoder, at::kFloat)     \
      ->Unit(benchmark::kMillisecond)                                         \
      ->UseRealTime();                                                        \
  BENCHMARK_CAPTURE(beam_search, decoder##_bfloat16, #decoder, at::kBFloat16) \
      ->Unit(benchmark::kMillisecond)                                         \
      ->UseRealTime()

TAGLOOM_BEAM_SEARCH(ria);
TAGLOOM_BEAM_SEARCH(attention);

}  // namespace
}  // namespace tagloom::bench
