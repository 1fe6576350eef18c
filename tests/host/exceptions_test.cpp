#include "runtime/exceptions.hpp"

#include <gtest/gtest.h>

namespace tagloom::runtime {
namespace {

TEST(Sentence, EndsOnce) {
  EXPECT_EQ(sentence("cannot write x: no room"), "cannot write x: no room.");
  EXPECT_EQ(sentence("x is damaged."), "x is damaged.");
  EXPECT_EQ(sentence("is the disk full?"), "is the disk full?");
}

}  // namespace
}  // namespace tagloom::runtime
