#include "runtime/exceptions.hpp"

#include "runtime/explained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::runtime {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Explained, WhatIsNoStandardExceptionSaysAtLeastWhereItCameFrom) {
  EXPECT_THAT([] { explained("keeping an epoch", [] { throw 7; }); },
              ThrowsMessage<Error>(AllOf(HasSubstr("while keeping an epoch"), EndsWith("."))));
}

TEST(Sentence, EndsOnce) {
  EXPECT_EQ(sentence("cannot write x: no room"), "cannot write x: no room.");
  EXPECT_EQ(sentence("x is damaged."), "x is damaged.");
  EXPECT_EQ(sentence("is the disk full?"), "is the disk full?");
}

}  // namespace
}  // namespace tagloom::runtime
