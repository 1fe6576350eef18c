#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>

#include <gtest/gtest.h>

namespace tagloom {
namespace {

TEST(Error, EndsWithAPeriodWhoeverWroteIt) {
  EXPECT_STREQ(Error("cannot write x: no room").what(), "cannot write x: no room.");
  EXPECT_STREQ(DamagedFile("x is damaged.").what(), "x is damaged.");
  EXPECT_STREQ(UsageError("is the disk full?").what(), "is the disk full?");
}

}  // namespace
}  // namespace tagloom
