#include "codec/bitmap_codec.hpp"

#include "codec/vbmi2.hpp"

#include <tagloom/base/vectorised.hpp>

#include <algorithm>
#include <array>

namespace tagloom::featurecache {
namespace {

/// Whole words' numbers, a third of a processor's nearest cache.
constexpr std::size_t kPieceBytes = 16384;

TAGLOOM_VECTORISED std::size_t set_bits(const std::byte* bits, std::size_t words) {
  std::size_t count = 0;
  for (std::size_t word = 0; word < words; ++word)
    count += static_cast<std::size_t>(std::popcount(word_at(bits, word)));
  return count;
}

template <class Number>
std::size_t zeros_among(const Number* numbers, std::size_t count) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i)
    found += numbers[i] == 0 ? 1 : 0;
  return found;
}
TAGLOOM_VECTORISED std::size_t zeros(const std::uint8_t* numbers, std::size_t count) {
  return zeros_among(numbers, count);
}
TAGLOOM_VECTORISED std::size_t zeros(const std::uint16_t* numbers, std::size_t count) {
  return zeros_among(numbers, count);
}
TAGLOOM_VECTORISED std::size_t zeros(const std::uint32_t* numbers, std::size_t count) {
  return zeros_among(numbers, count);
}

/// Whether `packed` has as many numbers behind its bits as the bits say, and no bit beyond the last number.
bool consistent(std::span<const std::byte> packed, std::size_t count, std::size_t number_bytes) {
  const std::size_t bits = bitmap_bytes(count);
  if (packed.size() < bits) return false;
  const std::size_t present = set_bits(packed.data(), bits / sizeof(Word));
  if (packed.size() - bits != present * number_bytes) return false;
  const std::size_t rest = count % kWordNumbers;
  return rest == 0 || word_at(packed.data(), bits / sizeof(Word) - 1) >> rest == 0;
}

template <class Number>
std::size_t bytes_of(std::span<const Number> numbers) {
  const std::size_t kept = numbers.size() - zeros(numbers.data(), numbers.size());
  return bitmap_bytes(numbers.size()) + kept * sizeof(Number);
}

template <class Number>
void pack_numbers(std::span<const Number> numbers, std::span<std::byte> packed, Instructions use) {
  std::byte* const bits = packed.data();
  std::byte* const to = bits + bitmap_bytes(numbers.size());
  if (use == Instructions::best && has_vbmi2()) return pack_vbmi2(numbers, bits, to);
  pack_from(0, numbers, bits, to);
}

/// The numbers behind the bits.
Source source_in(std::span<const std::byte> packed, std::size_t count) {
  return {.from = packed.data() + bitmap_bytes(count), .end = packed.data() + packed.size()};
}

/// Returns where the numbers after these come from.
template <class Number>
const std::byte* unpack_some(const std::byte* bits, Source source, std::span<Number> numbers,
                             Instructions use) {
  if (use == Instructions::best && has_vbmi2()) return unpack_vbmi2(bits, source, numbers);
  return unpack_from(0, bits, source.from, numbers);
}

template <class Number>
bool unpack_numbers(std::span<const std::byte> packed, std::span<Number> numbers, Instructions use) {
  if (!consistent(packed, numbers.size(), sizeof(Number))) return false;
  (void)unpack_some(packed.data(), source_in(packed, numbers.size()), numbers, use);
  return true;
}

template <class Number>
bool unpack_pieces_of(std::span<const std::byte> packed, std::size_t count, const TakePiece& take,
                      Instructions use) {
  if (!consistent(packed, count, sizeof(Number))) return false;
  alignas(64) std::array<Number, kPieceBytes / sizeof(Number)> piece;
  Source source = source_in(packed, count);
  for (std::size_t first = 0; first < count; first += piece.size()) {
    const auto numbers = std::span(piece).first(std::min(piece.size(), count - first));
    source.from = unpack_some(packed.data() + first / 8, source, numbers, use);
    take(std::as_bytes(numbers));
  }
  return true;
}

}  // namespace

std::size_t packed_bytes(std::span<const std::uint8_t> numbers) {
  return bytes_of(numbers);
}
std::size_t packed_bytes(std::span<const std::uint16_t> numbers) {
  return bytes_of(numbers);
}
std::size_t packed_bytes(std::span<const std::uint32_t> numbers) {
  return bytes_of(numbers);
}

void pack(std::span<const std::uint8_t> numbers, std::span<std::byte> packed, Instructions use) {
  pack_numbers(numbers, packed, use);
}
void pack(std::span<const std::uint16_t> numbers, std::span<std::byte> packed, Instructions use) {
  pack_numbers(numbers, packed, use);
}
void pack(std::span<const std::uint32_t> numbers, std::span<std::byte> packed, Instructions use) {
  pack_numbers(numbers, packed, use);
}

bool unpack(std::span<const std::byte> packed, std::span<std::uint8_t> numbers, Instructions use) {
  return unpack_numbers(packed, numbers, use);
}
bool unpack(std::span<const std::byte> packed, std::span<std::uint16_t> numbers, Instructions use) {
  return unpack_numbers(packed, numbers, use);
}
bool unpack(std::span<const std::byte> packed, std::span<std::uint32_t> numbers, Instructions use) {
  return unpack_numbers(packed, numbers, use);
}

bool unpack_pieces(const PackedNumbers& packed, const TakePiece& take, Instructions use) {
  const auto& [bytes, count, number_bytes] = packed;
  if (number_bytes == 1) return unpack_pieces_of<std::uint8_t>(bytes, count, take, use);
  if (number_bytes == 4) return unpack_pieces_of<std::uint32_t>(bytes, count, take, use);
  return unpack_pieces_of<std::uint16_t>(bytes, count, take, use);
}

}  // namespace tagloom::featurecache
