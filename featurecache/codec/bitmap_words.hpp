#pragma once

/// The words of bitmap_codec.hpp, 64 numbers each, packed and unpacked number by number: what every processor
/// can.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace tagloom::featurecache {

static_assert(std::endian::native == std::endian::little, "packed numbers are stored as they are in memory");

using Word = std::uint64_t;
inline constexpr std::size_t kWordNumbers = 64;

inline Word word_at(const std::byte* bits, std::size_t word) {
  Word value = 0;
  std::memcpy(&value, bits + word * sizeof value, sizeof value);
  return value;
}

inline void put_word(std::byte* bits, std::size_t word, Word value) {
  std::memcpy(bits + word * sizeof value, &value, sizeof value);
}

/// The numbers that belong to one word, fewer than 64 at the end.
inline std::size_t numbers_in(std::size_t word, std::size_t count) {
  return std::min(kWordNumbers, count - word * kWordNumbers);
}

/// Packs up to 64 numbers; returns where the next ones go.
template <class Number>
std::byte* pack_word(const Number* numbers, std::size_t count, std::byte* bits, std::size_t word,
                     std::byte* to) {
  Word present = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (numbers[i] == 0) continue;
    present |= Word{1} << i;
    std::memcpy(to, numbers + i, sizeof *numbers);
    to += sizeof *numbers;
  }
  put_word(bits, word, present);
  return to;
}

/// Unpacks up to 64 numbers; returns where the next ones come from.
template <class Number>
const std::byte* unpack_word(Word present, const std::byte* from, Number* numbers, std::size_t count) {
  std::fill_n(numbers, count, Number{0});
  for (; present != 0; present &= present - 1) {
    std::memcpy(numbers + std::countr_zero(present), from, sizeof *numbers);
    from += sizeof *numbers;
  }
  return from;
}

/// Both do the words from `word` on.
template <class Number>
void pack_from(std::size_t word, std::span<const Number> numbers, std::byte* bits, std::byte* to) {
  for (; word * kWordNumbers < numbers.size(); ++word)
    to = pack_word(numbers.data() + word * kWordNumbers, numbers_in(word, numbers.size()), bits, word, to);
}

template <class Number>
const std::byte* unpack_from(std::size_t word, const std::byte* bits, const std::byte* from,
                             std::span<Number> numbers) {
  for (; word * kWordNumbers < numbers.size(); ++word)
    from = unpack_word(word_at(bits, word), from, numbers.data() + word * kWordNumbers,
                       numbers_in(word, numbers.size()));
  return from;
}

/// Where something is read from, and how far it goes.
struct Source {
  const std::byte* from;
  const std::byte* end;
};

}  // namespace tagloom::featurecache
