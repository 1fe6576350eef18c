#include "codec/vbmi2.hpp"

#include <immintrin.h>
#include <type_traits>

namespace tagloom::featurecache {
namespace {

#define TAGLOOM_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt")))

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

}  // namespace

bool has_vbmi2() {
  static const bool has = __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512vbmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
  return has;
}

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

template TAGLOOM_VBMI2 void pack_vbmi2(std::span<const std::uint8_t>, std::byte*, std::byte*);
template TAGLOOM_VBMI2 const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint8_t>);
template TAGLOOM_VBMI2 void pack_vbmi2(std::span<const std::uint16_t>, std::byte*, std::byte*);
template TAGLOOM_VBMI2 const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint16_t>);
template TAGLOOM_VBMI2 void pack_vbmi2(std::span<const std::uint32_t>, std::byte*, std::byte*);
template TAGLOOM_VBMI2 const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint32_t>);

}  // namespace tagloom::featurecache
