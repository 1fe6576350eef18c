#include "codec/convert.hpp"

#include "codec/half.hpp"
#include "support/all_vectors.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <vector>

namespace tagloom::featurecache {
namespace {

/// Every pattern of 16 bits: all halves, or all bfloat16s.
std::vector<std::uint16_t> every_short() {
  std::vector<std::uint16_t> all(1 << 16);
  std::iota(all.begin(), all.end(), std::uint16_t{0});
  return all;
}

/// Floats near all halves and between them, where rounding decides, and those at both ends.
std::vector<float> floats_that_round() {
  std::vector<float> floats;
  for (const std::uint16_t bits : every_short()) {
    const float half = at::Half(bits, at::Half::from_bits());
    for (const float next : {half, half * 1.0001F, half * 1.00048828125F, half * 1.00146484375F})
      floats.push_back(next);
  }
  constexpr float kSmallest = std::numeric_limits<float>::denorm_min();
  constexpr float kLargest = std::numeric_limits<float>::max();
  for (const float end : {kSmallest, 65519.0F, 65520.0F, 1e30F, kLargest, 2.98e-8F, 2.99e-8F, 8.9e-8F})
    floats.insert(floats.end(), {end, -end});
  return floats;
}

template <class Number>
StoredNumbers numbers_of(const std::vector<Number>& numbers, StoredType type) {
  return {.type = type, .bytes = std::as_bytes(std::span(numbers))};
}

at::Tensor tensor_of(void* numbers, std::size_t count, at::ScalarType type) {
  return at::from_blob(numbers, {static_cast<std::int64_t>(count)}, type);
}

template <class Number>
void expect_equal(const std::vector<Number>& found, const at::Tensor& expected) {
  ASSERT_EQ(static_cast<std::int64_t>(found.size()), expected.numel());
  const at::Tensor ours =
      at::from_blob(const_cast<Number*>(found.data()), expected.sizes(), expected.scalar_type());
  const at::Tensor is_nan = expected.isnan();
  EXPECT_TRUE(ours.isnan().equal(is_nan));
  const at::Tensor bits = ours.view(sizeof(Number) == 2 ? at::kShort : at::kInt);
  const at::Tensor wanted = expected.view(sizeof(Number) == 2 ? at::kShort : at::kInt);
  EXPECT_EQ((bits != wanted).logical_and(is_nan.logical_not()).sum().item<std::int64_t>(), 0);
}

/// That all three conversions of `numbers`, which LibTorch has as `given`, are LibTorch's.
void expect_conversions(const StoredNumbers& numbers, const at::Tensor& given) {
  const auto count = static_cast<std::size_t>(given.numel());
  testing::with_all_vectors([&] {
    std::vector<float> floats(count);
    to_float32(numbers, floats);
    expect_equal(floats, given.to(at::kFloat));
    std::vector<std::uint16_t> shorts(count);
    to_float16(numbers, shorts);
    expect_equal(shorts, given.to(at::kFloat).to(at::kHalf));
    to_bfloat16(numbers, shorts);
    expect_equal(shorts, given.to(at::kFloat).to(at::kBFloat16));
  });
}

TEST(Convert, HalvesAreConvertedAsLibtorchDoesBitForBit) {
  std::vector<std::uint16_t> all = every_short();
  expect_conversions(numbers_of(all, StoredType::float16), tensor_of(all.data(), all.size(), at::kHalf));
}

TEST(Convert, Bfloat16sAreConvertedAsLibtorchDoesBitForBit) {
  std::vector<std::uint16_t> all = every_short();
  expect_conversions(numbers_of(all, StoredType::bfloat16), tensor_of(all.data(), all.size(), at::kBFloat16));
}

TEST(Convert, FloatsAreRoundedAsLibtorchDoesBitForBit) {
  std::vector<float> floats = floats_that_round();
  expect_conversions(numbers_of(floats, StoredType::float32),
                     tensor_of(floats.data(), floats.size(), at::kFloat));
}

TEST(Convert, WholeNumbersAreMultipliedByTheirScale) {
  constexpr std::size_t kCount = 3 * 37;
  for (const std::size_t scales : {1U, 37U}) {
    at::manual_seed(static_cast<std::uint64_t>(scales));
    const at::Tensor scale = at::rand({static_cast<std::int64_t>(scales)});
    const at::Tensor whole = at::randint(-127, 128, {kCount}).to(at::kChar);
    std::vector<std::byte> bytes(scales * sizeof(float) + kCount);
    std::memcpy(bytes.data(), scale.data_ptr(), scale.nbytes());
    std::memcpy(bytes.data() + scale.nbytes(), whole.data_ptr(), whole.nbytes());
    expect_conversions(
        {.type = StoredType::int8, .bytes = bytes, .scales = scales},
        (whole.to(at::kFloat).view({-1, static_cast<std::int64_t>(scales)}) * scale).flatten());
  }
}

TEST(Convert, AHalfRoundedWithoutAnInstructionIsLibtorchs) {
  for (const float number : floats_that_round()) {
    if (std::isnan(number)) continue;
    EXPECT_EQ(half_of(number), at::Half(number).x) << number;
  }
  EXPECT_EQ(half_of(std::numeric_limits<float>::quiet_NaN()), 0x7E00);
}

}  // namespace
}  // namespace tagloom::featurecache
