/// Packing of maps (codec/bitmap_codec.hpp) beside Highway's, on one thread, over what fits into a
/// processor's own cache. Highway 1.0 has nothing that expands numbers by a mask, so unpacking stands alone.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/pack.cpp"
#include "codec/bitmap_codec.hpp"

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <vector>

HWY_BEFORE_NAMESPACE();
namespace tagloom::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The count is a multiple of 64.
void pack(const std::uint16_t* numbers, std::size_t count, std::byte* packed) {
  const hn::ScalableTag<std::uint16_t> tag;
  auto* to = reinterpret_cast<std::uint16_t*>(packed + count / 8);
  for (std::size_t i = 0; i < count; i += hn::Lanes(tag)) {
    const auto some = hn::LoadU(tag, numbers + i);
    const auto here = hn::Ne(some, hn::Zero(tag));
    hn::StoreMaskBits(tag, here, reinterpret_cast<std::uint8_t*>(packed) + i / 8);
    to += hn::CompressStore(some, here, tag, to);
  }
}

}  // namespace tagloom::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::bench {
namespace {

HWY_EXPORT(pack);

constexpr std::size_t kNumbers = 16384;

/// Half-precision features of which a third is not zero, as a rectified map's.
std::vector<std::uint16_t> map_numbers() {
  at::manual_seed(1);
  const at::Tensor map = at::randn({static_cast<std::int64_t>(kNumbers)}).sub_(0.43).relu_().to(at::kHalf);
  const auto* bits = reinterpret_cast<const std::uint16_t*>(map.data_ptr<at::Half>());
  return {bits, bits + kNumbers};
}

void count(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kNumbers));
}

void pack_ours(benchmark::State& state, featurecache::Instructions use) {
  const auto numbers = map_numbers();
  std::vector<std::byte> packed(featurecache::packed_bytes(numbers));
  for (auto _ : state) {
    featurecache::pack(numbers, packed, use);
    benchmark::ClobberMemory();
  }
  count(state);
}

void pack_highway(benchmark::State& state) {
  const auto numbers = map_numbers();
  std::vector<std::byte> packed(featurecache::packed_bytes(numbers) + 256);
  for (auto _ : state) {
    HWY_DYNAMIC_DISPATCH(pack)(numbers.data(), kNumbers, packed.data());
    benchmark::ClobberMemory();
  }
  count(state);
}

void unpack_ours(benchmark::State& state, featurecache::Instructions use) {
  auto numbers = map_numbers();
  std::vector<std::byte> packed(featurecache::packed_bytes(numbers));
  featurecache::pack(numbers, packed, featurecache::Instructions::best);
  for (auto _ : state)
    benchmark::DoNotOptimize(featurecache::unpack(packed, numbers, use));
  count(state);
}

BENCHMARK_CAPTURE(pack_ours, best, featurecache::Instructions::best);
BENCHMARK_CAPTURE(pack_ours, portable, featurecache::Instructions::portable);
BENCHMARK(pack_highway);
BENCHMARK_CAPTURE(unpack_ours, best, featurecache::Instructions::best);
BENCHMARK_CAPTURE(unpack_ours, portable, featurecache::Instructions::portable);

}  // namespace
}  // namespace tagloom::bench
#endif
