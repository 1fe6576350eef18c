#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "codec/to_int8.cpp"
#include "codec/to_int8.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <limits>
#include <vector>

// clang-format off: behind foreach_target.h, which has it included again
#include "codec/for_each_vector.hpp"
// clang-format on

HWY_BEFORE_NAMESPACE();
namespace tagloom::featurecache {
namespace {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// What is in `largest`, or the size of the number if that is larger.
void take_largest(const float* numbers, float* largest, std::size_t count) {
  for_each_vector(count, [&](auto tag, std::size_t i) HWY_ATTR {
    const auto sizes = hn::Abs(hn::LoadU(tag, numbers + i));
    hn::StoreU(hn::Max(hn::LoadU(tag, largest + i), sizes), tag, largest + i);
  });
}

/// The nearest whole numbers to numbers times factors.
void round_products(const float* numbers, const float* factors, std::int8_t* whole, std::size_t count) {
  for_each_vector(count, [&](auto tag, std::size_t i) HWY_ATTR {
    const hn::Rebind<std::int8_t, decltype(tag)> bytes;
    const auto products = hn::Mul(hn::LoadU(tag, numbers + i), hn::LoadU(tag, factors + i));
    hn::StoreU(hn::DemoteTo(bytes, hn::NearestInt(products)), bytes, whole + i);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::featurecache
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::featurecache {
namespace {
HWY_EXPORT(take_largest);
HWY_EXPORT(round_products);

constexpr float kMost = 127;

float scale_for(float largest) {
  const float scale = largest / kMost;
  return scale < std::numeric_limits<float>::min() ? 0 : scale;
}

}  // namespace

void to_int8(std::span<const float> numbers, std::size_t scales, std::span<std::byte> row) {
  // A single scale has a row of the others' length, which vectors can work on.
  constexpr std::size_t kColumns = 64;
  const std::size_t columns = scales == 1 ? kColumns : scales;
  std::vector<float> largest(columns);
  const auto for_each_line = [&](const auto& action) {
    for (std::size_t i = 0; i < numbers.size(); i += columns)
      action(i, std::min(columns, numbers.size() - i));
  };
  for_each_line([&](std::size_t i, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(take_largest)(numbers.data() + i, largest.data(), count);
  });
  if (scales == 1) largest.assign(columns, *std::ranges::max_element(largest));
  std::vector<float> factors(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    const float scale = scale_for(largest[i]);
    factors[i] = scale == 0 ? 0 : 1 / scale;
    if (i < scales) std::memcpy(row.data() + i * sizeof scale, &scale, sizeof scale);
  }
  auto* const whole = reinterpret_cast<std::int8_t*>(row.data() + scales * sizeof(float));
  for_each_line([&](std::size_t i, std::size_t count) {
    HWY_DYNAMIC_DISPATCH(round_products)(numbers.data() + i, factors.data(), whole + i, count);
  });
}

}  // namespace tagloom::featurecache
#endif
