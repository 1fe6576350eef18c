#pragma once

/// Numbers of which many are zero, packed without loss: one bit a number, then the numbers whose bits are not
/// all zero (so -0.0 and NaN are kept as they are).
///
///     bits     ceil(count / 64) little-endian words; bit i % 64 of word i / 64 says whether number i
///     follows;
///              bits beyond the last number are 0
///     numbers  in order, of as many bytes each as they had: one, two or four
///
/// Knows neither LibTorch nor HDF5: the filter that h5py loads is made of it, too.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace tagloom::featurecache {

/// Bytes of the bits alone: the least that `count` numbers take.
[[nodiscard]] constexpr std::size_t bitmap_bytes(std::size_t count) {
  return (count + 63) / 64 * 8;
}

/// Bytes that `numbers` take when packed: at most `bitmap_bytes` more than they are.
[[nodiscard]] std::size_t packed_bytes(std::span<const std::uint8_t> numbers);
[[nodiscard]] std::size_t packed_bytes(std::span<const std::uint16_t> numbers);
[[nodiscard]] std::size_t packed_bytes(std::span<const std::uint32_t> numbers);

/// Whether to pack at all: it must save a quarter, since numbers as they are need no unpacking.
[[nodiscard]] constexpr bool worth_packing(std::size_t packed, std::size_t plain) {
  return packed <= plain - plain / 4;
}

/// `best`: what this processor has. Tests choose.
enum class Instructions { best, portable };

/// `packed.size()` is what `packed_bytes` says.
void pack(std::span<const std::uint8_t> numbers, std::span<std::byte> packed,
          Instructions use = Instructions::best);
void pack(std::span<const std::uint16_t> numbers, std::span<std::byte> packed,
          Instructions use = Instructions::best);
void pack(std::span<const std::uint32_t> numbers, std::span<std::byte> packed,
          Instructions use = Instructions::best);

/// Fills all of `numbers`. False, and `numbers` untouched, if `packed` is not what so many numbers can be
/// packed to: whatever it holds, nothing outside the two spans is read or written.
[[nodiscard]] bool unpack(std::span<const std::byte> packed, std::span<std::uint8_t> numbers,
                          Instructions use = Instructions::best);
[[nodiscard]] bool unpack(std::span<const std::byte> packed, std::span<std::uint16_t> numbers,
                          Instructions use = Instructions::best);
[[nodiscard]] bool unpack(std::span<const std::byte> packed, std::span<std::uint32_t> numbers,
                          Instructions use = Instructions::best);

using TakePiece = std::function<void(std::span<const std::byte> numbers)>;

struct PackedNumbers {
  std::span<const std::byte> bytes;
  /// How many numbers they are, and of how many bytes each: 1, 2 or 4.
  std::size_t count = 0;
  std::size_t number_bytes = 2;
};

/// Gives what `unpack` would fill numbers with, a piece after the other, each good until the next: for who
/// looks at numbers once, while a processor's nearest cache has them. False, and nothing is given, if
/// `packed` is not what so many numbers can be packed to.
[[nodiscard]] bool unpack_pieces(const PackedNumbers& packed, const TakePiece& take,
                                 Instructions use = Instructions::best);

}  // namespace tagloom::featurecache
