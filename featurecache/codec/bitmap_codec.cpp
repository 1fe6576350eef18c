#include "codec/bitmap_codec.hpp"

#include <tagloom/base/vectorised.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#if defined(__x86_64__) && defined(__GNUC__)
#define TAGLOOM_HAS_VBMI2 1
#include <immintrin.h>
#endif

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "packed numbers are stored as they are in memory");

using Word = std::uint64_t;
constexpr std::size_t kWordNumbers = 64;
/// Whole words' numbers, a third of a processor's nearest cache.
constexpr std::size_t kPieceBytes = 16384;

Word word_at(const std::byte* bits, std::size_t word) {
  Word value = 0;
  std::memcpy(&value, bits + word * sizeof value, sizeof value);
  return value;
}

void put_word(std::byte* bits, std::size_t word, Word value) {
  std::memcpy(bits + word * sizeof value, &value, sizeof value);
}

/// The numbers that belong to one word, fewer than 64 at the end.
std::size_t numbers_in(std::size_t word, std::size_t count) {
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

#ifdef TAGLOOM_HAS_VBMI2

#define TAGLOOM_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt")))

bool has_vbmi2() {
  static const bool has = __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512vbmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
  return has;
}

/// What an instruction does with the numbers of 64 bytes, `here` being a bit for each. Masked loads and
/// stores touch only what their mask names, so none passes an end.
struct Bytes512 {
  using Mask = __mmask64;
  TAGLOOM_VBMI2 static Mask present(__m512i some) { return _mm512_test_epi8_mask(some, some); }
  TAGLOOM_VBMI2 static void store(std::byte* to, Mask here, __m512i some) {
    _mm512_mask_compressstoreu_epi8(to, here, some);
  }
  TAGLOOM_VBMI2 static __m512i load(Mask here, const std::byte* from) {
    return _mm512_maskz_expandloadu_epi8(here, from);
  }
};
struct Shorts512 {
  using Mask = __mmask32;
  TAGLOOM_VBMI2 static Mask present(__m512i some) { return _mm512_test_epi16_mask(some, some); }
  TAGLOOM_VBMI2 static void store(std::byte* to, Mask here, __m512i some) {
    _mm512_mask_compressstoreu_epi16(to, here, some);
  }
  TAGLOOM_VBMI2 static __m512i load(Mask here, const std::byte* from) {
    return _mm512_maskz_expandloadu_epi16(here, from);
  }
};
struct Words512 {
  using Mask = __mmask16;
  TAGLOOM_VBMI2 static Mask present(__m512i some) { return _mm512_test_epi32_mask(some, some); }
  TAGLOOM_VBMI2 static void store(std::byte* to, Mask here, __m512i some) {
    _mm512_mask_compressstoreu_epi32(to, here, some);
  }
  TAGLOOM_VBMI2 static __m512i load(Mask here, const std::byte* from) {
    return _mm512_maskz_expandloadu_epi32(here, from);
  }
};

template <class Number>
using Vector512 = std::conditional_t<sizeof(Number) == 1, Bytes512,
                                     std::conditional_t<sizeof(Number) == 2, Shorts512, Words512>>;

template <class Number>
TAGLOOM_VBMI2 void pack_vbmi2(std::span<const Number> numbers, std::byte* bits, std::byte* to) {
  using Vector = Vector512<Number>;
  constexpr std::size_t kAtOnce = sizeof(__m512i) / sizeof(Number);
  const std::size_t words = numbers.size() / kWordNumbers;
  for (std::size_t word = 0; word < words; ++word) {
    Word present = 0;
    for (std::size_t first = 0; first < kWordNumbers; first += kAtOnce) {
      const __m512i some = _mm512_loadu_si512(numbers.data() + word * kWordNumbers + first);
      const typename Vector::Mask here = Vector::present(some);
      Vector::store(to, here, some);
      to += static_cast<std::size_t>(std::popcount(here)) * sizeof(Number);
      present |= Word{here} << first;
    }
    put_word(bits, word, present);
  }
  pack_from(words, numbers, bits, to);
}

/// Whether an expanding load takes as long as many instructions: microcode, on AMD's so far.
bool expanding_is_slow() {
  static const bool is = __builtin_cpu_is("amd") != 0 && __builtin_cpu_supports("avx512vpopcntdq") != 0;
  return is;
}

#define TAGLOOM_RANKS __attribute__((target("avx512f,avx512bw,avx512vpopcntdq,popcnt")))

/// Unpacks words as long as all of what it loads is there, in three quarters of the time that expanding takes
/// on AMD's Zen 5: a number that is not zero is found by its rank, how many of the bits before its own are
/// set. Returns how many words that were.
TAGLOOM_RANKS std::size_t unpack_by_rank(const std::byte* bits, Source& source,
                                         std::span<std::uint16_t> numbers) {
  constexpr std::ptrdiff_t kLoaded = 2 * sizeof(__m512i);
  const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  const __m512i one = _mm512_set1_epi32(1);
  const __m512i before = _mm512_sub_epi32(_mm512_sllv_epi32(one, lane), one);
  const __m512i before_upper = _mm512_or_si512(_mm512_slli_epi32(before, 16), _mm512_set1_epi32(0xFFFF));
  const std::size_t words = numbers.size() / kWordNumbers;
  std::size_t word = 0;
  for (; word < words && source.end - source.from >= kLoaded; ++word) {
    const Word present = word_at(bits, word);
    for (std::size_t first = 0; first < kWordNumbers; first += 32) {
      const auto here = static_cast<std::uint32_t>(present >> first);
      const __m512i mask = _mm512_set1_epi32(static_cast<int>(here));
      const __m256i lower = _mm512_cvtepi32_epi16(_mm512_popcnt_epi32(_mm512_and_si512(mask, before)));
      const __m256i upper = _mm512_cvtepi32_epi16(_mm512_popcnt_epi32(_mm512_and_si512(mask, before_upper)));
      const __m512i ranks = _mm512_inserti64x4(_mm512_castsi256_si512(lower), upper, 1);
      const __m512i some = _mm512_maskz_permutexvar_epi16(here, ranks, _mm512_loadu_si512(source.from));
      _mm512_storeu_si512(numbers.data() + word * kWordNumbers + first, some);
      source.from += static_cast<std::size_t>(std::popcount(here)) * sizeof(std::uint16_t);
    }
  }
  return word;
}

template <class Number>
TAGLOOM_VBMI2 const std::byte* unpack_vbmi2(const std::byte* bits, Source source, std::span<Number> numbers) {
  using Vector = Vector512<Number>;
  constexpr std::size_t kAtOnce = sizeof(__m512i) / sizeof(Number);
  const std::size_t words = numbers.size() / kWordNumbers;
  std::size_t word = 0;
  if constexpr (sizeof(Number) == 2)
    if (expanding_is_slow()) word = unpack_by_rank(bits, source, numbers);
  for (; word < words; ++word) {
    const Word present = word_at(bits, word);
    for (std::size_t first = 0; first < kWordNumbers; first += kAtOnce) {
      const auto here = static_cast<typename Vector::Mask>(present >> first);
      _mm512_storeu_si512(numbers.data() + word * kWordNumbers + first, Vector::load(here, source.from));
      source.from += static_cast<std::size_t>(std::popcount(here)) * sizeof(Number);
    }
  }
  return unpack_from(words, bits, source.from, numbers);
}

#else

bool has_vbmi2() {
  return false;
}
template <class Number>
void pack_vbmi2(std::span<const Number> numbers, std::byte* bits, std::byte* to) {
  pack_from(0, numbers, bits, to);
}
template <class Number>
const std::byte* unpack_vbmi2(const std::byte* bits, Source source, std::span<Number> numbers) {
  return unpack_from(0, bits, source.from, numbers);
}

#endif

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

bool unpack_pieces(std::span<const std::byte> packed, std::size_t count, std::size_t number_bytes,
                   const TakePiece& take, Instructions use) {
  if (number_bytes == 1) return unpack_pieces_of<std::uint8_t>(packed, count, take, use);
  if (number_bytes == 4) return unpack_pieces_of<std::uint32_t>(packed, count, take, use);
  return unpack_pieces_of<std::uint16_t>(packed, count, take, use);
}

}  // namespace tagloom::featurecache
