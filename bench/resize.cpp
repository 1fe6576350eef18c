/// From a picture's bytes to an encoder's input: ours (datasets/images/resize.cpp) beside LibTorch's own
/// antialiased interpolation, on one thread each, as pictures are resized side by side.

#include <tagloom/datasets/images/preprocess.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <benchmark/benchmark.h>

namespace tagloom::bench {
namespace {

at::Tensor picture(const benchmark::State& state) {
  return at::randint(256, {state.range(1), state.range(0), 3}, at::kByte);
}

void resize_ours(benchmark::State& state) {
  const at::Tensor pixels = picture(state);
  const Preprocessing preprocessing{.size = state.range(2)};
  for (auto _ : state)
    benchmark::DoNotOptimize(datasets::to_input(pixels, preprocessing));
}

void resize_libtorch(benchmark::State& state) {
  const at::NoGradGuard no_grad;
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  const at::Tensor pixels = picture(state);
  const std::int64_t size = state.range(2);
  for (auto _ : state) {
    const at::Tensor planes =
        pixels.permute({2, 0, 1}).unsqueeze(0).to(at::kFloat, false, false, at::MemoryFormat::Contiguous);
    benchmark::DoNotOptimize(at::_upsample_bilinear2d_aa(planes, {size, size}, false).div_(255));
  }
  at::set_num_threads(threads);
}

#define TAGLOOM_PICTURES        \
  ->Args({384, 256, 224})       \
      ->Args({384, 256, 448})   \
      ->Args({640, 480, 448})   \
      ->Args({4000, 3000, 448}) \
      ->Unit(benchmark::kMillisecond)

BENCHMARK(resize_ours) TAGLOOM_PICTURES;
BENCHMARK(resize_libtorch) TAGLOOM_PICTURES;

}  // namespace
}  // namespace tagloom::bench
