/// The optimiser's pass over a large weight, which memory bounds: float32 master, moments, and the bfloat16
/// weight and gradient that training computes with.

#include "training/adam.hpp"

#include "measured.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

void adam_step(benchmark::State& state, bool in_bfloat16) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 24;
  at::Tensor weight = at::rand({kNumbers}, device()).set_requires_grad(true);
  training::Adam adam({weight}, {}, in_bfloat16 ? std::vector{weight} : std::vector<at::Tensor>());
  weight.mutable_grad() = at::rand({kNumbers}, device()).to(weight.scalar_type());
  // Read and written: master and both moments. Read: the gradient. Written: the bfloat16 weight.
  const std::int64_t bytes = 3 * 2 * 4 + (in_bfloat16 ? 2 + 2 : 4);
  time(state, {.bytes = static_cast<double>(kNumbers * bytes)}, [&] { adam.step(1e-4); });
  state.SetBytesProcessed(state.iterations() * kNumbers * bytes);
}

BENCHMARK_CAPTURE(adam_step, float32, false)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(adam_step, bfloat16, true)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
