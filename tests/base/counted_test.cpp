#include <tagloom/base/counted.hpp>

#include <gtest/gtest.h>

#include <cstddef>

namespace tagloom {
namespace {

TEST(Counted, HasItsNounInThePluralThatItNeeds) {
  EXPECT_EQ(counted(0, "cache"), "0 caches");
  EXPECT_EQ(counted(1, "cache"), "1 cache");
  EXPECT_EQ(counted(std::size_t{2}, "cache"), "2 caches");
  EXPECT_EQ(counted(1, "library", "libraries"), "1 library");
  EXPECT_EQ(counted(3, "file holds", "files hold"), "3 files hold");
}

}  // namespace
}  // namespace tagloom
