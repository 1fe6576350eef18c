#pragma once

/// A float rounded to half precision where no instruction does it.

#include <bit>
#include <cstdint>

namespace tagloom::featurecache {

/// The bits of the nearest half, ties to even: infinity beyond what halves reach, a quiet NaN for NaN.
[[nodiscard]] inline std::uint16_t half_of(float number) {
  constexpr std::uint32_t kInfinity = 0x7F800000;
  /// From here on the nearest half is infinity: half a step above 65504.
  constexpr std::uint32_t kTooLarge = 0x477FF000;
  /// 2^-14, the smallest half with all its digits.
  constexpr std::uint32_t kSmallestNormal = 0x38800000;
  const auto bits = std::bit_cast<std::uint32_t>(number);
  const auto sign = static_cast<std::uint16_t>(bits >> 16 & 0x8000);
  const std::uint32_t size = bits & 0x7FFFFFFF;
  const auto signed_half = [&](std::uint32_t half) { return static_cast<std::uint16_t>(sign | half); };
  if (size > kInfinity) return signed_half(0x7E00);
  if (size >= kTooLarge) return signed_half(0x7C00);
  // Beside 0.5 a float has the step of the smallest halves, so that adding it rounds.
  if (size < kSmallestNormal)
    return signed_half(std::bit_cast<std::uint32_t>(std::bit_cast<float>(size) + 0.5F) - 0x3F000000);
  constexpr std::uint32_t kOtherExponent = 0x38000000;
  const std::uint32_t odd = size >> 13 & 1;
  return signed_half((size - kOtherExponent + 0xFFF + odd) >> 13);
}

}  // namespace tagloom::featurecache
