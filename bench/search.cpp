/// Beam search over a batch of images.

#include "search/search.hpp"

#include "models/model.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

void beam_search(benchmark::State& state, const std::string& decoder, at::ScalarType type) {
  constexpr std::int64_t kBatch = 64;
  at::manual_seed(1);
  const auto model =
      models::create_model(config(decoder, "cross_entropy").model,
                           {.labels = kLabels, .features = kShape, .embeddings = {}}, registry());
  model->eval();
  const Features input = features(kBatch, type);
  const Vocabulary labels = vocabulary();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        search::beam(*model->decoder(), input, labels, {.beam_width = 10, .max_labels = kMaxLabels + 1}));
  state.SetItemsProcessed(state.iterations() * kBatch);
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
