/// Beam search over a batch of images.

#include "search/search.hpp"

#include "measured.hpp"
#include "models/model.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

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
  const StepSizes sizes{.images = kBatch,
                        .tokens = kBatch * kBeam * kSteps,
                        .pixels = model->needs().map ? kBatch * kShape.pixels() : 0};
  time(state, floor_of_search(*model, sizes, kSteps, type), [&] {
    benchmark::DoNotOptimize(
        search::beam(*model->decoder(), input, labels, {.beam_width = kBeam, .max_labels = kSteps}));
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
