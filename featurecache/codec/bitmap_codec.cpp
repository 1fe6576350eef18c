#include "codec/bitmap_codec.hpp"

#include <tagloom/base/vectorised.hpp>

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__) && defined(__GNUC__)
#define TAGLOOM_HAS_VBMI2 1
#include <immintrin.h>
#endif

namespace tagloom::featurecache {
namespace {

static_assert(std::endian::native == std::endian::little, "packed numbers are stored as they are in memory");

using Word = std::uint64_t;
constexpr std::size_t kWordNumbers = 64;

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
std::byte* pack_word(const std::uint16_t* numbers, std::size_t count, std::byte* bits, std::size_t word,
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
const std::byte* unpack_word(Word present, const std::byte* from, std::uint16_t* numbers, std::size_t count) {
  std::fill_n(numbers, count, std::uint16_t{0});
  for (; present != 0; present &= present - 1) {
    std::memcpy(numbers + std::countr_zero(present), from, sizeof *numbers);
    from += sizeof *numbers;
  }
  return from;
}

/// Both do the words from `word` on.
void pack_from(std::size_t word, std::span<const std::uint16_t> numbers, std::byte* bits, std::byte* to) {
  for (; word * kWordNumbers < numbers.size(); ++word)
    to = pack_word(numbers.data() + word * kWordNumbers, numbers_in(word, numbers.size()), bits, word, to);
}

void unpack_from(std::size_t word, const std::byte* bits, const std::byte* from,
                 std::span<std::uint16_t> numbers) {
  for (; word * kWordNumbers < numbers.size(); ++word)
    from = unpack_word(word_at(bits, word), from, numbers.data() + word * kWordNumbers,
                       numbers_in(word, numbers.size()));
}

#ifdef TAGLOOM_HAS_VBMI2

#define TAGLOOM_VBMI2 __attribute__((target("avx512f,avx512bw,avx512vbmi2,popcnt")))

bool has_vbmi2() {
  static const bool has = __builtin_cpu_supports("avx512bw") != 0 &&
                          __builtin_cpu_supports("avx512vbmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
  return has;
}

/// 32 numbers an instruction. Masked loads and stores touch only what their mask names, so none passes an
/// end.
TAGLOOM_VBMI2 void pack_vbmi2(std::span<const std::uint16_t> numbers, std::byte* bits, std::byte* to) {
  const std::size_t words = numbers.size() / kWordNumbers;
  for (std::size_t word = 0; word < words; ++word) {
    Word present = 0;
    for (std::size_t half = 0; half < 2; ++half) {
      const __m512i some = _mm512_loadu_si512(numbers.data() + word * kWordNumbers + half * 32);
      const __mmask32 here = _mm512_test_epi16_mask(some, some);
      _mm512_mask_compressstoreu_epi16(to, here, some);
      to += std::popcount(here) * 2;
      present |= Word{here} << (half * 32);
    }
    put_word(bits, word, present);
  }
  pack_from(words, numbers, bits, to);
}

TAGLOOM_VBMI2 void unpack_vbmi2(const std::byte* bits, const std::byte* from,
                                std::span<std::uint16_t> numbers) {
  const std::size_t words = numbers.size() / kWordNumbers;
  for (std::size_t word = 0; word < words; ++word) {
    const Word present = word_at(bits, word);
    for (std::size_t half = 0; half < 2; ++half) {
      const auto here = static_cast<__mmask32>(present >> (half * 32));
      const __m512i some = _mm512_maskz_expandloadu_epi16(here, from);
      _mm512_storeu_si512(numbers.data() + word * kWordNumbers + half * 32, some);
      from += std::popcount(here) * 2;
    }
  }
  unpack_from(words, bits, from, numbers);
}

#else

bool has_vbmi2() {
  return false;
}
void pack_vbmi2(std::span<const std::uint16_t> numbers, std::byte* bits, std::byte* to) {
  pack_from(0, numbers, bits, to);
}
void unpack_vbmi2(const std::byte* bits, const std::byte* from, std::span<std::uint16_t> numbers) {
  unpack_from(0, bits, from, numbers);
}

#endif

TAGLOOM_VECTORISED std::size_t set_bits(const std::byte* bits, std::size_t words) {
  std::size_t count = 0;
  for (std::size_t word = 0; word < words; ++word)
    count += static_cast<std::size_t>(std::popcount(word_at(bits, word)));
  return count;
}

TAGLOOM_VECTORISED std::size_t zeros(const std::uint16_t* numbers, std::size_t count) {
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i)
    found += numbers[i] == 0 ? 1 : 0;
  return found;
}

/// Whether `packed` has as many numbers behind its bits as the bits say, and no bit beyond the last number.
bool consistent(std::span<const std::byte> packed, std::size_t count) {
  const std::size_t bits = bitmap_bytes(count);
  if (packed.size() < bits) return false;
  const std::size_t present = set_bits(packed.data(), bits / sizeof(Word));
  if (packed.size() - bits != present * sizeof(std::uint16_t)) return false;
  const std::size_t rest = count % kWordNumbers;
  return rest == 0 || word_at(packed.data(), bits / sizeof(Word) - 1) >> rest == 0;
}

}  // namespace

std::size_t packed_bytes(std::span<const std::uint16_t> numbers) {
  const std::size_t kept = numbers.size() - zeros(numbers.data(), numbers.size());
  return bitmap_bytes(numbers.size()) + kept * sizeof(std::uint16_t);
}

void pack(std::span<const std::uint16_t> numbers, std::span<std::byte> packed, Instructions use) {
  std::byte* const bits = packed.data();
  std::byte* const to = bits + bitmap_bytes(numbers.size());
  if (use == Instructions::best && has_vbmi2()) return pack_vbmi2(numbers, bits, to);
  pack_from(0, numbers, bits, to);
}

bool unpack(std::span<const std::byte> packed, std::span<std::uint16_t> numbers, Instructions use) {
  if (!consistent(packed, numbers.size())) return false;
  const std::byte* const bits = packed.data();
  const std::byte* const from = bits + bitmap_bytes(numbers.size());
  if (use == Instructions::best && has_vbmi2())
    unpack_vbmi2(bits, from, numbers);
  else
    unpack_from(0, bits, from, numbers);
  return true;
}

}  // namespace tagloom::featurecache
