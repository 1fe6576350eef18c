/// Encoders at 448 x 448 with random weights, as `tagloom cache build` runs them.

#include "registry/kinds/encoder.hpp"

#include "measured.hpp"
#include "setup.hpp"

#include <tagloom/nn/product_type.hpp>

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>
#include <optional>
#include <string>

namespace tagloom::bench {
namespace {

/// A network at 448 x 448 pixels.
struct Network {
  std::string encoder;
  std::string variant;
  /// Those of an image's convolutions, as torch.utils.flop_counter counts them in bench/encoder_peer.py's
  /// networks.
  double operations = 0;
  /// What it computes in unless told otherwise; nothing if that is measured.
  std::optional<at::ScalarType> type;
};

/// In the type that it chooses by itself. `cache build`'s own batch is 16; a GPU is kept busy by more.
void encode(benchmark::State& state, const Network& its) {
  const std::int64_t batch = device().is_cpu() ? 16 : 64;
  constexpr std::int64_t kSize = 448;
  at::manual_seed(1);
  registry::Assignments options{{"variant", its.variant}, {"image_size", std::to_string(kSize)}};
  const auto network = registry().create<Encoder>(its.encoder, options).component;
  network->to(device());
  const at::Tensor images = at::rand({batch, 3, kSize, kSize}, device());
  const auto call = [&] { benchmark::DoNotOptimize(network->encode(images, {.pooled = true, .map = true})); };
  // Memory that was never touched makes the first call several times slower.
  call();
  time(state,
       {.bytes = static_cast<double>(images.nbytes()),
        .operations = its.operations * static_cast<double>(batch),
        .type = its.type.value_or(product_choice(device(), Work::images).type),
        .images = batch},
       call);
}

const Network kTresnetM{.encoder = "tresnet", .variant = "tresnet_m", .operations = 45.9e9};
const Network kLite2{
    .encoder = "efficientnet_lite", .variant = "lite2", .operations = 4.6e9, .type = at::kFloat};

BENCHMARK_CAPTURE(encode, tresnet_m, kTresnetM)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(encode, efficientnet_lite2, kLite2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace tagloom::bench
