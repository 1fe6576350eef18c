/// Our ways of using a processor's vectors beside Highway's: loops that the compiler vectorises for several
/// generations of processors (base/vectorised.hpp), GCC's vector types (kernels/few_rows.cpp), intrinsics
/// (codec/bitmap_codec.cpp). Each on one thread, over what fits into a processor's own cache.

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/vectors.cpp"
#include "codec/bitmap_codec.hpp"
#include "codec/convert_half.hpp"
#include "kernels/few_rows.hpp"
#include "kernels/lstm_gates.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <benchmark/benchmark.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <vector>

HWY_BEFORE_NAMESPACE();
namespace tagloom::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void half_to_float(const std::uint16_t* half, float* result, std::size_t count) {
  const hn::ScalableTag<float> floats;
  const hn::Rebind<hwy::float16_t, decltype(floats)> halves;
  for (std::size_t i = 0; i < count; i += hn::Lanes(floats))
    hn::StoreU(hn::PromoteTo(floats, hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(half) + i)),
               floats, result + i);
}

void half_to_bfloat16(const std::uint16_t* half, std::uint16_t* result, std::size_t count) {
  const hn::ScalableTag<float> floats;
  const hn::RebindToUnsigned<decltype(floats)> words;
  const hn::Rebind<hwy::float16_t, decltype(floats)> halves;
  const hn::Rebind<std::uint16_t, decltype(floats)> shorts;
  const auto nan = hn::Set(words, 0x7FC0);
  for (std::size_t i = 0; i < count; i += hn::Lanes(floats)) {
    const auto wide =
        hn::PromoteTo(floats, hn::LoadU(halves, reinterpret_cast<const hwy::float16_t*>(half) + i));
    const auto bits = hn::BitCast(words, wide);
    const auto odd = hn::And(hn::ShiftRight<16>(bits), hn::Set(words, 1));
    const auto rounded = hn::ShiftRight<16>(hn::Add(bits, hn::Add(odd, hn::Set(words, 0x7FFF))));
    const auto kept = hn::IfThenElse(hn::RebindMask(words, hn::IsNaN(wide)), nan, rounded);
    hn::StoreU(hn::TruncateTo(shorts, kept), shorts, result + i);
  }
}

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

/// Three rows by four columns of sums, as our own.
void few_rows(const float* x, const float* weight, float* y, std::size_t rows, std::size_t in,
              std::size_t out) {
  const hn::ScalableTag<float> tag;
  for (std::size_t n = 0; n < out; n += 4) {
    for (std::size_t m = 0; m < rows; m += 3) {
      auto s00 = hn::Zero(tag), s01 = s00, s02 = s00, s03 = s00;
      auto s10 = s00, s11 = s00, s12 = s00, s13 = s00;
      auto s20 = s00, s21 = s00, s22 = s00, s23 = s00;
      for (std::size_t k = 0; k < in; k += hn::Lanes(tag)) {
        const auto x0 = hn::LoadU(tag, x + m * in + k);
        const auto x1 = hn::LoadU(tag, x + (m + 1) * in + k);
        const auto x2 = hn::LoadU(tag, x + (m + 2) * in + k);
        const auto w0 = hn::LoadU(tag, weight + n * in + k);
        s00 = hn::MulAdd(x0, w0, s00), s10 = hn::MulAdd(x1, w0, s10), s20 = hn::MulAdd(x2, w0, s20);
        const auto w1 = hn::LoadU(tag, weight + (n + 1) * in + k);
        s01 = hn::MulAdd(x0, w1, s01), s11 = hn::MulAdd(x1, w1, s11), s21 = hn::MulAdd(x2, w1, s21);
        const auto w2 = hn::LoadU(tag, weight + (n + 2) * in + k);
        s02 = hn::MulAdd(x0, w2, s02), s12 = hn::MulAdd(x1, w2, s12), s22 = hn::MulAdd(x2, w2, s22);
        const auto w3 = hn::LoadU(tag, weight + (n + 3) * in + k);
        s03 = hn::MulAdd(x0, w3, s03), s13 = hn::MulAdd(x1, w3, s13), s23 = hn::MulAdd(x2, w3, s23);
      }
      const auto put = [&](std::size_t row, auto a, auto b, auto c, auto d) {
        float* to = y + (m + row) * out + n;
        to[0] = hn::GetLane(hn::SumOfLanes(tag, a));
        to[1] = hn::GetLane(hn::SumOfLanes(tag, b));
        to[2] = hn::GetLane(hn::SumOfLanes(tag, c));
        to[3] = hn::GetLane(hn::SumOfLanes(tag, d));
      };
      put(0, s00, s01, s02, s03);
      put(1, s10, s11, s12, s13);
      put(2, s20, s21, s22, s23);
    }
  }
}

/// What lstm_gates_backward does with a row of `units`.
void gates_backward(const float* gates, const float* cell, const float* tanh_next, const float* grad_hidden,
                    float* grad_cell, float* grad_gates, std::size_t units) {
  const hn::ScalableTag<float> tag;
  const auto one = hn::Set(tag, 1.0F);
  for (std::size_t k = 0; k < units; k += hn::Lanes(tag)) {
    const auto i = hn::LoadU(tag, gates + k);
    const auto f = hn::LoadU(tag, gates + units + k);
    const auto g = hn::LoadU(tag, gates + 2 * units + k);
    const auto o = hn::LoadU(tag, gates + 3 * units + k);
    const auto t = hn::LoadU(tag, tanh_next + k);
    const auto gh = hn::LoadU(tag, grad_hidden + k);
    const auto next = hn::MulAdd(hn::Mul(gh, o), hn::NegMulAdd(t, t, one), hn::LoadU(tag, grad_cell + k));
    hn::StoreU(hn::Mul(hn::Mul(next, g), hn::Mul(i, hn::Sub(one, i))), tag, grad_gates + k);
    hn::StoreU(hn::Mul(hn::Mul(next, hn::LoadU(tag, cell + k)), hn::Mul(f, hn::Sub(one, f))), tag,
               grad_gates + units + k);
    hn::StoreU(hn::Mul(hn::Mul(next, i), hn::NegMulAdd(g, g, one)), tag, grad_gates + 2 * units + k);
    hn::StoreU(hn::Mul(hn::Mul(gh, t), hn::Mul(o, hn::Sub(one, o))), tag, grad_gates + 3 * units + k);
    hn::StoreU(hn::Mul(next, f), tag, grad_cell + k);
  }
}

}  // namespace tagloom::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::bench {
namespace {

HWY_EXPORT(half_to_float);
HWY_EXPORT(half_to_bfloat16);
HWY_EXPORT(pack);
HWY_EXPORT(few_rows);
HWY_EXPORT(gates_backward);

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

void half_to_float_ours(benchmark::State& state) {
  const auto half = map_numbers();
  std::vector<float> result(kNumbers);
  for (auto _ : state) {
    featurecache::half_to_float(half, result);
    benchmark::ClobberMemory();
  }
  count(state);
}

void half_to_float_highway(benchmark::State& state) {
  const auto half = map_numbers();
  std::vector<float> result(kNumbers);
  for (auto _ : state) {
    HWY_DYNAMIC_DISPATCH(half_to_float)(half.data(), result.data(), kNumbers);
    benchmark::ClobberMemory();
  }
  count(state);
}

void half_to_bfloat16_ours(benchmark::State& state) {
  const auto half = map_numbers();
  std::vector<std::uint16_t> result(kNumbers);
  for (auto _ : state) {
    featurecache::half_to_bfloat16(half, result);
    benchmark::ClobberMemory();
  }
  count(state);
}

void half_to_bfloat16_highway(benchmark::State& state) {
  const auto half = map_numbers();
  std::vector<std::uint16_t> result(kNumbers);
  for (auto _ : state) {
    HWY_DYNAMIC_DISPATCH(half_to_bfloat16)(half.data(), result.data(), kNumbers);
    benchmark::ClobberMemory();
  }
  count(state);
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

/// Highway 1.0 has nothing that expands; ours alone.
void unpack_ours(benchmark::State& state, featurecache::Instructions use) {
  auto numbers = map_numbers();
  std::vector<std::byte> packed(featurecache::packed_bytes(numbers));
  featurecache::pack(numbers, packed, featurecache::Instructions::best);
  for (auto _ : state)
    benchmark::DoNotOptimize(featurecache::unpack(packed, numbers, use));
  count(state);
}

/// 6 rows by 2048 x 2048, on one thread.
void few_rows_ours(benchmark::State& state) {
  const at::Tensor x = at::rand({6, 2048});
  const at::Tensor weight = at::rand({2048, 2048});
  const int threads = at::get_num_threads();
  at::set_num_threads(1);
  for (auto _ : state)
    benchmark::DoNotOptimize(few_rows::times_transposed(x, weight));
  at::set_num_threads(threads);
}

void few_rows_highway(benchmark::State& state) {
  const at::Tensor x = at::rand({6, 2048});
  const at::Tensor weight = at::rand({2048, 2048});
  at::Tensor y = at::empty({6, 2048});
  for (auto _ : state) {
    HWY_DYNAMIC_DISPATCH(few_rows)
    (x.data_ptr<float>(), weight.data_ptr<float>(), y.data_ptr<float>(), 6, 2048, 2048);
    benchmark::ClobberMemory();
  }
}

struct Gates {
  at::Tensor gates = at::rand({1, 4 * 2048});
  at::Tensor cell = at::rand({1, 2048});
  at::Tensor next = at::rand({1, 2048});
  at::Tensor grad_hidden = at::rand({1, 2048});
  at::Tensor grad_cell = at::rand({1, 2048});
  at::Tensor grad_gates = at::rand({1, 4 * 2048});
};

void gates_backward_ours(benchmark::State& state) {
  Gates row;
  for (auto _ : state)
    lstm_gates_backward(row.gates, row.cell, row.next, row.grad_hidden, row.grad_cell, row.grad_gates);
}

void gates_backward_highway(benchmark::State& state) {
  Gates row;
  for (auto _ : state) {
    const at::Tensor tanh_next = row.next.tanh();
    HWY_DYNAMIC_DISPATCH(gates_backward)
    (row.gates.data_ptr<float>(), row.cell.data_ptr<float>(), tanh_next.data_ptr<float>(),
     row.grad_hidden.data_ptr<float>(), row.grad_cell.data_ptr<float>(), row.grad_gates.data_ptr<float>(),
     2048);
    benchmark::ClobberMemory();
  }
}

BENCHMARK(half_to_float_ours);
BENCHMARK(half_to_float_highway);
BENCHMARK(half_to_bfloat16_ours);
BENCHMARK(half_to_bfloat16_highway);
BENCHMARK_CAPTURE(pack_ours, best, featurecache::Instructions::best);
BENCHMARK_CAPTURE(pack_ours, portable, featurecache::Instructions::portable);
BENCHMARK(pack_highway);
BENCHMARK_CAPTURE(unpack_ours, best, featurecache::Instructions::best);
BENCHMARK_CAPTURE(unpack_ours, portable, featurecache::Instructions::portable);
BENCHMARK(few_rows_ours);
BENCHMARK(few_rows_highway);
BENCHMARK(gates_backward_ours);
BENCHMARK(gates_backward_highway);

}  // namespace
}  // namespace tagloom::bench
#endif
