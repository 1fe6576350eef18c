#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

TEST(Name, IsShownWithoutWhatATerminalObeys) {
  EXPECT_EQ(shown("caf\u00e9 \u5c71.jpg"), "caf\u00e9 \u5c71.jpg");
  EXPECT_EQ(shown("new\nline\r\t"), "new\\nline\\r\\t");
  EXPECT_EQ(shown("esc\x1b[31mred"), "esc\\x1b[31mred");
  EXPECT_EQ(shown("\xc2\x9b"
                  "31m"),
            "\\xc2\\x9b31m");
  EXPECT_EQ(shown("caf\xe9.jpg"), "caf\\xe9.jpg");
}

TEST(Name, IsShownWithItsInvisibleCharactersAndMarksOfDirection) {
  for (const char* unseen : {"\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u00ad", "\u2060",
                             "\u202e", "\u2069", "\u3164", "\ufeff", "\U000e0041"}) {
    const std::string name = shown(std::string("a") + unseen + "b.jpg");
    EXPECT_THAT(name, AllOf(HasSubstr("a\\x"), EndsWith("b.jpg")));
    EXPECT_THAT(shown(std::string(unseen) + "a"), ::testing::StartsWith("\\x"));
  }
}

TEST(Name, KeepsTheJoinersThatItsScriptIsSpeltWith) {
  for (const char* name : {"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937",
                           "\U0001f468\u200d\U0001f467.jpg"})
    EXPECT_EQ(shown(std::string(name)), name);
}

TEST(Name, OfAFileIsShownLikeAnyOther) {
  EXPECT_EQ(shown(fs::path("folder/new\nline\x1b[31m\xff")), "folder/new\\nline\\x1b[31m\\xff");
}

TEST(Name, IsStoredAsUtf8) {
  EXPECT_EQ(stored_name("caf\u00e9\n"), "caf\u00e9\n");
  EXPECT_EQ(stored_name("caf\xe9.jpg"), "caf\\xe9.jpg");
  // Forms that UTF-8 forbids: too long, a surrogate, beyond the last character, cut short.
  for (const std::string bytes : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(bytes));
    EXPECT_TRUE(is_utf8(stored_name(bytes)));
  }
}

TEST(JsonText, OfATextThatIsNoUtf8IsWrittenAllTheSame) {
  EXPECT_EQ(to_json_text(nlohmann::json{{"glove",
                                         "fran\xe7"
                                         "ais"}}),
            "{\"glove\":\"fran\uFFFDais\"}");
}

}  // namespace
}  // namespace tagloom
