/// Encoders at 448 x 448 with random weights, as `tagloom cache build` runs them.

#include "registry/kinds/encoder.hpp"

#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

void encode(benchmark::State& state, const std::string& encoder, const std::string& variant) {
  constexpr std::int64_t kBatch = 16;
  constexpr std::int64_t kSize = 448;
  at::manual_seed(1);
  const auto network =
      registry()
          .create<Encoder>(encoder, {{"variant", variant}, {"image_size", std::to_string(kSize)}})
          .component;
  const at::Tensor images = at::rand({kBatch, 3, kSize, kSize});
  // Memory that was never touched makes the first call several times slower.
  network->encode(images, {.pooled = true, .map = true});
  for (auto _ : state)
    benchmark::DoNotOptimize(network->encode(images, {.pooled = true, .map = true}));
  state.SetItemsProcessed(state.iterations() * kBatch);
}

BENCHMARK_CAPTURE(encode, tresnet_m, "tresnet", "tresnet_m")->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(encode, efficientnet_lite2, "efficientnet_lite", "lite2")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
