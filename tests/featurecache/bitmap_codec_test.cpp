#include "codec/bitmap_codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <vector>

namespace tagloom::featurecache {
namespace {

using Numbers = std::vector<std::uint16_t>;
using Bytes = std::vector<std::byte>;
constexpr std::array kBoth = {Instructions::best, Instructions::portable};

Numbers random_numbers(std::size_t count, double zeros, std::mt19937& random) {
  std::bernoulli_distribution zero(zeros);
  std::uniform_int_distribution<int> bits(0, 0xFFFF);
  Numbers numbers(count);
  for (auto& number : numbers)
    number = zero(random) ? std::uint16_t{0} : static_cast<std::uint16_t>(bits(random));
  return numbers;
}

Bytes packed(const Numbers& numbers, Instructions use) {
  Bytes bytes(packed_bytes(numbers));
  pack(numbers, bytes, use);
  return bytes;
}

void expect_round_trip(const Numbers& numbers) {
  EXPECT_EQ(packed(numbers, Instructions::best), packed(numbers, Instructions::portable));
  for (const Instructions use : kBoth) {
    Numbers back(numbers.size(), 0xAAAA);
    ASSERT_TRUE(unpack(packed(numbers, Instructions::best), back, use));
    EXPECT_EQ(back, numbers);
  }
}

TEST(BitmapCodec, GivesBackWhatWasPackedWhateverTheSizeAndTheShareOfZeros) {
  std::mt19937 random(1);
  for (const std::size_t count : {0U, 1U, 2U, 31U, 32U, 33U, 63U, 64U, 65U, 127U, 128U, 1000U, 4096U, 12345U})
    for (const double zeros : {0.0, 0.1, 0.5, 0.93, 1.0})
      expect_round_trip(random_numbers(count, zeros, random));
}

template <class Number>
void expect_round_trip_of(const Numbers& shorts) {
  std::vector<Number> numbers;
  for (const std::uint16_t number : shorts)
    numbers.push_back(static_cast<Number>(number * 0x01010101ULL));
  const std::span<const Number> given(numbers);
  Bytes best(packed_bytes(given));
  Bytes portable(best.size());
  pack(given, best, Instructions::best);
  pack(given, portable, Instructions::portable);
  EXPECT_EQ(best, portable);
  for (const Instructions use : kBoth) {
    std::vector<Number> back(numbers.size(), 42);
    ASSERT_TRUE(unpack(best, std::span(back), use));
    EXPECT_EQ(back, numbers);
    std::vector<std::byte> pieces;
    const auto take = [&](std::span<const std::byte> piece) {
      pieces.insert(pieces.end(), piece.begin(), piece.end());
    };
    ASSERT_TRUE(unpack_pieces({best, numbers.size(), sizeof(Number)}, take, use));
    EXPECT_TRUE(std::ranges::equal(pieces, std::as_bytes(given)));
    best.push_back({});
    EXPECT_FALSE(unpack_pieces({best, numbers.size(), sizeof(Number)}, take, use));
    best.pop_back();
  }
}

TEST(BitmapCodec, GivesBackNumbersOfAByteTwoAndFourAtOnceOrInPieces) {
  std::mt19937 random(3);
  for (const std::size_t count : {0U, 1U, 63U, 64U, 65U, 1000U, 8192U, 20001U})
    for (const double zeros : {0.0, 0.5, 0.93, 1.0}) {
      const Numbers numbers = random_numbers(count, zeros, random);
      expect_round_trip_of<std::uint8_t>(numbers);
      expect_round_trip_of<std::uint16_t>(numbers);
      expect_round_trip_of<std::uint32_t>(numbers);
    }
}

TEST(BitmapCodec, KeepsMinusZeroNanInfinityAndDenormals) {
  expect_round_trip({0x8000, 0x0000, 0x7E00, 0xFE01, 0x7C00, 0xFC00, 0x0001, 0x8001, 0x0000, 0x3C00});
}

TEST(BitmapCodec, TakesABitANumberAndTwoBytesForEachThatIsNotZero) {
  EXPECT_EQ(packed_bytes(Numbers(128, 0)), 16);
  EXPECT_EQ(packed_bytes(Numbers(128, 1)), 16 + 256);
  EXPECT_EQ(packed(Numbers{0, 7, 0x0102}, Instructions::best),
            (Bytes{std::byte{6}, {}, {}, {}, {}, {}, {}, {}, std::byte{7}, {}, std::byte{2}, std::byte{1}}));
  EXPECT_TRUE(worth_packing(75, 100));
  EXPECT_FALSE(worth_packing(76, 100));
}

TEST(BitmapCodec, RefusesALengthThatDoesNotFitItsBits) {
  const Numbers numbers = {0, 1, 2, 0, 3};
  const Bytes whole = packed(numbers, Instructions::best);
  for (const Instructions use : kBoth) {
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
      // In memory of exactly that size, so that a sanitizer would see a read beyond it.
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
      Numbers untouched(numbers.size(), 42);
      EXPECT_FALSE(unpack(cut, untouched, use)) << bytes;
      EXPECT_EQ(untouched, Numbers(numbers.size(), 42));
    }
    Bytes longer = whole;
    longer.resize(whole.size() + 2);
    Numbers back(numbers.size());
    EXPECT_FALSE(unpack(longer, back, use));
    Numbers fewer(numbers.size() - 1);
    EXPECT_FALSE(unpack(whole, fewer, use));
  }
}

TEST(BitmapCodec, DamagedBytesAreRefusedOrGiveOtherNumbers) {
  std::mt19937 random(2);
  const Numbers numbers = random_numbers(1000, 0.9, random);
  const Bytes whole = packed(numbers, Instructions::best);
  int refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = whole;
    damaged[random() % damaged.size()] ^= static_cast<std::byte>(1U << random() % 8);
    Numbers best(numbers.size());
    Numbers portable(numbers.size());
    const bool accepted = unpack(damaged, best, Instructions::best);
    EXPECT_EQ(unpack(damaged, portable, Instructions::portable), accepted);
    EXPECT_TRUE(!accepted || best == portable);
    refused += accepted ? 0 : 1;
  }
  // A changed bit of the bitmap never fits the length.
  EXPECT_GT(refused, 500);
}

}  // namespace
}  // namespace tagloom::featurecache
