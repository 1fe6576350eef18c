#pragma once

/// From what is stored of a row to what a model computes in; bit for bit what LibTorch's own conversions
/// give, but faster than LibTorch 1.13's. Every result has as many numbers as there are.

#include <tagloom/featurecache/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace tagloom::featurecache {

/// Numbers of a row as they are stored.
struct StoredNumbers {
  StoredType type = StoredType::float16;
  /// At any address; an int8 row begins with its scales.
  std::span<const std::byte> bytes;
  /// How many scales int8 has: number i is multiplied by scale i % scales, in float32.
  std::size_t scales = 0;
};

/// To the nearest, ties to even.
void to_float16(const StoredNumbers& stored, std::span<std::uint16_t> result);
void to_bfloat16(const StoredNumbers& stored, std::span<std::uint16_t> result);
void to_float32(const StoredNumbers& stored, std::span<float> result);

}  // namespace tagloom::featurecache
