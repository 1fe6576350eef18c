#include <tagloom/base/hash.hpp>

#include <gtest/gtest.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

namespace tagloom {
namespace {

std::string xxh3(std::span<const std::byte> bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  std::string text(33, '\0');
  (void)std::snprintf(text.data(), text.size(), "%016llx%016llx",
                      static_cast<unsigned long long>(hash.high64),
                      static_cast<unsigned long long>(hash.low64));
  text.pop_back();
  return text;
}

// Whatever vectors this processor has.
TEST(Hasher, GivesXxh3OfAnyLengthInAnyPieces) {
  std::vector<std::byte> bytes(5000);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>(i * i + i / 7);
  for (const std::size_t length :
       {0U, 1U, 16U, 17U, 128U, 240U, 241U, 255U, 256U, 1023U, 1024U, 1025U, 4096U, 5000U}) {
    const auto some = std::span<const std::byte>(bytes).first(length);
    EXPECT_EQ(Hasher().update(some).hex(), xxh3(some)) << length;
    const std::size_t half = length / 3;
    EXPECT_EQ(Hasher().update(some.first(half)).update(some.subspan(half)).hex(), xxh3(some)) << length;
  }
}

TEST(Hasher, TellsTextsApartByTheirLengths) {
  EXPECT_NE(Hasher().update(std::string_view("ab")).update(std::string_view("c")).hex(),
            Hasher().update(std::string_view("a")).update(std::string_view("bc")).hex());
}

}  // namespace
}  // namespace tagloom
