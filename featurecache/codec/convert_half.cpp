#include "codec/convert_half.hpp"

#include <tagloom/base/vectorised.hpp>

#include <bit>
#include <cstddef>

namespace tagloom::featurecache {
namespace {

/// The bits of the float that equals a half: its exponent is rebased by a multiplication, which normalises
/// what is denormal in half precision, too.
inline std::uint32_t float_bits(std::uint32_t half) {
  constexpr float kRebase = 0x1p112F;
  constexpr std::uint32_t kInfinity = 0x7F800000;
  const std::uint32_t magnitude = (half & 0x7FFFU) << 13;
  const std::uint32_t rebased = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * kRebase);
  // Infinity and NaN: all ones in the exponent of either type.
  const std::uint32_t special = (half & 0x7C00U) == 0x7C00U ? kInfinity : 0;
  return rebased | special | (half & 0x8000U) << 16;
}

inline std::uint16_t bfloat16_bits(std::uint32_t bits) {
  constexpr std::uint32_t kNan = 0x7FC0;
  const std::uint32_t rounded = (bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16;
  return static_cast<std::uint16_t>((bits & 0x7FFFFFFFU) > 0x7F800000U ? kNan : rounded);
}

TAGLOOM_VECTORISED void to_float(const std::uint16_t* half, std::uint32_t* result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    result[i] = float_bits(half[i]);
}

TAGLOOM_VECTORISED void to_bfloat16(const std::uint16_t* half, std::uint16_t* result, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    result[i] = bfloat16_bits(float_bits(half[i]));
}

}  // namespace

void half_to_float(std::span<const std::uint16_t> half, std::span<float> result) {
  to_float(half.data(), reinterpret_cast<std::uint32_t*>(result.data()), half.size());
}

void half_to_bfloat16(std::span<const std::uint16_t> half, std::span<std::uint16_t> result) {
  to_bfloat16(half.data(), result.data(), half.size());
}

}  // namespace tagloom::featurecache
