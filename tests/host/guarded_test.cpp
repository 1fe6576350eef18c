#include "registry/guarded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace tagloom::registry {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Lt;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

TEST(Guarded, ReturnsWhatTheCallDoesAndLetsOurOwnErrorsPass) {
  EXPECT_EQ(guarded("a part", [] { return 7; }), 7);
  EXPECT_THAT([] { guarded("a part", [] { throw DataError("a sentence."); }); },
              ThrowsMessage<DataError>("a sentence."));
}

TEST(Guarded, AnyOtherExceptionNamesThePartInOneLineAndIsNested) {
  try {
    guarded("the decoder x", [] { throw std::logic_error("first line.\nframe #0"); });
    FAIL();
  } catch (const PluginError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("the decoder x: first line. "), HasSubstr("plugins check"),
                                    Not(HasSubstr("frame"))));
    EXPECT_THAT([&] { std::rethrow_if_nested(error); },
                ThrowsMessage<std::logic_error>(HasSubstr("frame #0")));
  }
  EXPECT_THAT([] { guarded(Place("the decoder x", "x"), [] { throw std::logic_error(""); }); },
              ThrowsMessage<PluginError>(AllOf(HasSubstr("std::logic_error that says nothing"),
                                               HasSubstr("`tagloom plugins check x`"))));
  EXPECT_THAT([] { guarded("the decoder x", [] { throw std::logic_error(std::string(1 << 20, 'x')); }); },
              ThrowsMessage<PluginError>(SizeIs(Lt(1000U))));
  EXPECT_THAT([] { guarded("the decoder x", [] { throw 1; }); },
              ThrowsMessage<PluginError>(HasSubstr("no std::exception")));
}

TEST(Guarded, MemoryThatRanOutIsToldApart) {
  EXPECT_THAT([] { guarded("the decoder x", [] { throw std::bad_alloc(); }); },
              ThrowsMessage<PluginError>(
                  AllOf(HasSubstr("not enough memory for the decoder x"), HasSubstr("smaller batches"))));
}

}  // namespace
}  // namespace tagloom::registry
