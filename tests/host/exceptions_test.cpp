#include "runtime/exceptions.hpp"

#include "runtime/explained.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom::runtime {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

TEST(Explained, AStandardExceptionSaysWhereItCameFromAndOursPass) {
  EXPECT_THAT([] { explained("keeping an epoch", [] { throw std::runtime_error("no room"); }); },
              ThrowsMessage<Error>(AllOf(HasSubstr("while keeping an epoch"), EndsWith("no room."))));
  EXPECT_THAT([] { explained("keeping an epoch", [] { throw DataError("x is damaged."); }); },
              ThrowsMessage<DataError>("x is damaged."));
}

}  // namespace
}  // namespace tagloom::runtime
