#include <tagloom/base/error.hpp>
#include <tagloom/base/lines.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

TEST(Lines, AreWithoutTheirEndsAndWithoutAByteOrderMark) {
  EXPECT_THAT(lines_of("\xef\xbb\xbf"
                       "a\r\n\nb c\n",
                       "list"),
              ElementsAre("a", "", "b c"));
  EXPECT_THAT(lines_of("a\nb", "list"), ElementsAre("a", "b"));
  EXPECT_THAT(lines_of("a\r", "list"), ElementsAre("a"));
  EXPECT_THAT(lines_of("\xef\xbb\xbf", "list"), IsEmpty());
  EXPECT_THAT(lines_of("\xef\xbb", "list"), ElementsAre("\xef\xbb"));
}

TEST(Lines, ThatEndWithReturnsAloneAreRefusedInASentence) {
  EXPECT_THAT([] { (void)lines_of("a.jpg\rb.jpg\r", "list.txt"); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("the lines of list.txt end with carriage returns alone"), EndsWith("."))));
  EXPECT_FALSE(ends_lines_by_returns("a\rb\n"));
  EXPECT_FALSE(ends_lines_by_returns("a"));
  EXPECT_FALSE(ends_lines_by_returns(""));
}

}  // namespace
}  // namespace tagloom
