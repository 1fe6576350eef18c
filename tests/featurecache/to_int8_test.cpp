#include "codec/to_int8.hpp"

#include "codec/convert.hpp"
#include "support/all_vectors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace tagloom::featurecache {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

struct Scaled {
  std::vector<float> scales;
  std::vector<int> whole;
  std::vector<float> read;
};

Scaled scaled(const std::vector<float>& numbers, std::size_t scales) {
  std::vector<std::byte> row(scales * sizeof(float) + numbers.size());
  to_int8(numbers, scales, row);
  Scaled result{
      .scales = std::vector<float>(scales), .whole = {}, .read = std::vector<float>(numbers.size())};
  std::memcpy(result.scales.data(), row.data(), scales * sizeof(float));
  for (std::size_t i = scales * sizeof(float); i < row.size(); ++i)
    result.whole.push_back(static_cast<std::int8_t>(row[i]));
  to_float32({.type = StoredType::int8, .bytes = row, .scales = scales}, result.read);
  return result;
}

TEST(ToInt8, TheLargestNumberOfAScaleIs127OfIt) {
  const Scaled one = scaled({12.7F, -0.1F, 0, 6.36F}, 1);
  EXPECT_FLOAT_EQ(one.scales.front(), 0.1F);
  EXPECT_THAT(one.whole, ElementsAre(127, -1, 0, 64));
  const Scaled two = scaled({1, -200, 0.5, 100}, 2);
  EXPECT_THAT(two.scales, ElementsAre(1 / 127.0F, 200 / 127.0F));
  EXPECT_THAT(two.whole, ElementsAre(127, -127, 64, 64));
}

TEST(ToInt8, ZerosAndNumbersTooSmallToDivideByAreZero) {
  const Scaled zeros = scaled(std::vector<float>(70, 0.0F), 1);
  EXPECT_EQ(zeros.scales.front(), 0);
  EXPECT_THAT(zeros.whole, Each(0));
  const Scaled tiny = scaled({1e-40F, -1e-38F, 0, 1}, 2);
  EXPECT_THAT(tiny.scales, ElementsAre(0, 1 / 127.0F));
  EXPECT_THAT(tiny.read, ElementsAre(0, 0, 0, 1));
}

TEST(ToInt8, NoNumberIsOffByMoreThanHalfAScale) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const std::size_t scales : {1U, 5U, 64U, 1280U}) {
    std::vector<float> numbers(scales == 1 ? 1283 : 9 * scales);
    for (float& number : numbers)
      number = std::exp(6 * normal(random)) * normal(random);
    const Scaled result = scaled(numbers, scales);
    for (std::size_t i = 0; i < numbers.size(); ++i)
      EXPECT_LE(std::abs(result.read[i] - numbers[i]), 0.5001F * result.scales[i % scales]) << i;
  }
}

/// Or machines would make different caches.
TEST(ToInt8, IsTheSameOnEveryProcessor) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(7 * 45);
  for (float& number : numbers)
    number = normal(random);
  for (const std::size_t scales : {1U, 45U}) {
    std::vector<std::byte> expected(scales * sizeof(float) + numbers.size());
    to_int8(numbers, scales, expected);
    testing::with_all_vectors([&] {
      std::vector<std::byte> row(expected.size());
      to_int8(numbers, scales, row);
      EXPECT_EQ(row, expected);
    });
  }
}

}  // namespace
}  // namespace tagloom::featurecache
