#include "measured.hpp"

#include "kernel_count.hpp"
#include "setup.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <string>
#include <sys/resource.h>

namespace tagloom::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Libraries choose their kernels and take their memory in the first calls; a GPU's step is recorded in them.
constexpr int kWarmUpOnGpu = 8;

/// The best of several, in seconds.
double seconds_of(const std::function<void()>& call) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 5; ++i) {
    wait_for_device();
    const auto start = Clock::now();
    call();
    wait_for_device();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

/// The most memory that the process has held so far.
double peak_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Bytes a second, read and written, of a copy that no cache holds.
double bandwidth() {
  static const double measured = [] {
    const std::int64_t bytes = std::int64_t{1} << (device().is_cpu() ? 28 : 30);
    const at::Tensor from = at::ones({bytes / 4}, device());
    at::Tensor to = at::zeros_like(from);
    return 2.0 * static_cast<double>(bytes) / seconds_of([&] { to.copy_(from); });
  }();
  return measured;
}

/// Operations a second of a large square product.
double peak(at::ScalarType type) {
  static std::map<at::ScalarType, double> measured;
  if (const auto found = measured.find(type); found != measured.end()) return found->second;
  const at::NoGradGuard no_grad;
  const std::int64_t size = device().is_cpu() ? 2048 : 8192;
  const at::Tensor a = at::rand({size, size}, device()).to(type);
  const at::Tensor b = at::rand({size, size}, device()).to(type);
  const auto all = static_cast<double>(size * size) * 2 * static_cast<double>(size);
  return measured[type] = all / seconds_of([&] { benchmark::DoNotOptimize(at::mm(a, b)); });
}

enum class Pass { training, search };

struct Layer {
  std::int64_t rows = 0;
  /// Products of `rows` rows with the weight.
  int products = 0;
};

/// Embeddings are looked up and biases added, which is no product.
Layer layer(const std::string& name, const StepSizes& sizes, Pass pass) {
  const auto is = [&name](const char* part) { return name.find(part) != std::string::npos; };
  if (is("word_emb") || is("bias")) return {};
  const bool of_images = is("encoder_att") || is("features_embedding") || is("cell_embedding");
  const std::int64_t rows = is("encoder_att") ? sizes.pixels : of_images ? sizes.images : sizes.tokens;
  return {.rows = rows, .products = pass == Pass::search ? 1 : of_images ? 2 : 3};
}

double operations(const torch::nn::Module& model, const StepSizes& sizes, Pass pass) {
  double sum = 0;
  for (const auto& parameter : model.named_parameters()) {
    const Layer its = layer(parameter.key(), sizes, pass);
    sum += 2.0 * its.products * static_cast<double>(its.rows * parameter.value().numel());
  }
  return sum;
}

double numbers(const torch::nn::Module& model) {
  double sum = 0;
  for (const at::Tensor& parameter : model.parameters())
    sum += static_cast<double>(parameter.numel());
  return sum;
}

double map_bytes(const StepSizes& sizes, at::ScalarType type) {
  return static_cast<double>(sizes.pixels * kChannels) * static_cast<double>(c10::elementSize(type));
}

void count_kernels(benchmark::State& state, const std::function<void()>& call) {
  const auto counted = kernels_of(call);
  if (!counted) return state.SetLabel("kernels not counted: this LibTorch's profiler sees no GPU");
  state.counters["kernels"] = static_cast<double>(counted->kernels);
  state.counters["launches"] = static_cast<double>(counted->launches);
}

}  // namespace

Floor floor_of_step(const torch::nn::Module& model, const StepSizes& sizes, at::ScalarType type) {
  // Read and written: master and both moments. Read: the gradient. Written: the weight to compute with.
  constexpr double kAdam = 3 * 2 * 4 + 4;
  return {.bytes = kAdam * numbers(model) + 2 * map_bytes(sizes, type),
          .operations = operations(model, sizes, Pass::training),
          .type = type,
          .images = sizes.images};
}

Floor floor_of_search(const torch::nn::Module& model, const StepSizes& sizes, const SearchSteps& steps,
                      at::ScalarType type) {
  const double weights = numbers(model) * static_cast<double>(c10::elementSize(type));
  return {.bytes = static_cast<double>(steps.count) * weights + steps.whole_maps * map_bytes(sizes, type),
          .operations = operations(model, sizes, Pass::search),
          .type = type,
          .images = sizes.images};
}

void wait_for_device() {
  if (device().is_cpu()) return;
  c10::impl::VirtualGuardImpl(device().type()).getStream(device()).synchronize();
}

void time(benchmark::State& state, const Floor& floor, const std::function<void()>& call) {
  if (!device().is_cpu()) {
    for (int i = 0; i < kWarmUpOnGpu; ++i)
      call();
    count_kernels(state, call);
  }
  wait_for_device();
  std::int64_t left = static_cast<std::int64_t>(state.max_iterations);
  const auto start = Clock::now();
  for (auto _ : state) {
    call();
    if (--left == 0) wait_for_device();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double each = seconds / static_cast<double>(state.iterations());
  // Before the copy that measures the bandwidth, which holds more than most rows.
  static const double rows_own = peak_mib();
  const double moving = floor.bytes / bandwidth();
  const double computing = floor.operations > 0 ? floor.operations / peak(floor.type) : 0;
  if (floor.images > 0) state.SetItemsProcessed(state.iterations() * floor.images);
  state.counters["first_row_peak_mib"] = rows_own;
  state.counters["floor_ms"] = (moving + computing) * 1e3;
  state.counters["of_floor"] = (moving + computing) / each;
  state.counters["of_bandwidth"] = moving / each;
  state.counters["of_peak"] = computing / each;
}

}  // namespace tagloom::bench
