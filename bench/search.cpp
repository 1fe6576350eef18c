/// Beam search over a batch of images.

#include "search/search.hpp"

#include "models/model.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

void beam_search(benchmark::State& state, const std::string& decoder, std::int64_t batch) {
  at::manual_seed(1);
  const auto model =
      models::create_model(config(decoder, "cross_entropy").model,
                           {.labels = kLabels, .features = kShape, .embeddings = {}}, registry());
  model->eval();
  const Features input = features(batch, at::kFloat);
  const Vocabulary labels = vocabulary();
  for (auto _ : state)
    benchmark::DoNotOptimize(
        search::beam(*model->decoder(), input, labels, {.beam_width = 10, .max_labels = kMaxLabels + 1}));
  state.SetItemsProcessed(state.iterations() * batch);
}

BENCHMARK_CAPTURE(beam_search, ria, "ria", 64)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(beam_search, attention, "attention", 64)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
