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
using ::testing::Not;
using ::testing::ThrowsMessage;

TEST(Explained, AStandardExceptionSaysWhereItCameFromAndOursPass) {
  EXPECT_THAT([] { explained("keeping an epoch", [] { throw std::runtime_error("no room"); }); },
              ThrowsMessage<Error>(AllOf(HasSubstr("while keeping an epoch"), EndsWith("no room."))));
  EXPECT_THAT([] { explained("keeping an epoch", [] { throw DataError("x is damaged."); }); },
              ThrowsMessage<DataError>("x is damaged."));
}

TEST(Explained, AGpuThatFailedIsSaidToHaveAndNobodysCodeIs) {
  const auto failing = [] {
    throw std::runtime_error(
        "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be "
        "asynchronously reported");
  };
  EXPECT_THAT(
      [&] { explained("training", failing); },
      ThrowsMessage<Error>(AllOf(HasSubstr("The GPU failed while training: CUDA error: an illegal memory"),
                                 HasSubstr("nvidia-smi"), Not(HasSubstr("tagloom itself")))));
}

TEST(Exceptions, AFailedGpuIsFoundUnderOurOwnSentence) {
  const auto nested = [](const char* what) {
    try {
      try {
        throw std::runtime_error(what);
      } catch (const std::exception&) {
        std::throw_with_nested(Error("Something failed."));
      }
    } catch (const std::exception& error) {
      return gpu_failed(error);
    }
    return false;
  };
  EXPECT_TRUE(nested("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"));
  EXPECT_TRUE(nested("CUDA error: unspecified launch failure"));
  EXPECT_FALSE(nested("CUDA out of memory. Tried to allocate 2.00 GiB"));
  EXPECT_FALSE(nested("CUDA error: out of memory"));
  EXPECT_FALSE(nested("no such file"));
}

}  // namespace
}  // namespace tagloom::runtime
