// The room that everything stands on: files that are replaced whole, names from outside, text of JSON.

#include "support/files.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::read_text;
using testing::TemporaryFolder;
using ::testing::ThrowsMessage;
using testing::write_text;
namespace fs = std::filesystem;

TEST(NewFile, LeavesWhatWasThereUntilItIsCommitted) {
  const TemporaryFolder folder;
  write_text(folder / "scores.json", "old");
  {
    NewFile file(folder / "scores.json");
    file.write("new");
    EXPECT_EQ(read_text(folder / "scores.json"), "old");
  }
  EXPECT_EQ(read_text(folder / "scores.json"), "old");
  EXPECT_FALSE(fs::exists(folder / "scores.json.partial"));
  replace_file(folder / "scores.json", "new");
  EXPECT_EQ(read_text(folder / "scores.json"), "new");
}

TEST(NewFile, NeverWritesThroughALinkThatSomebodyElsePutThere) {
  const TemporaryFolder folder;
  write_text(folder / "precious", "precious");
  fs::create_symlink(folder / "precious", folder / "scores.json.partial");
  fs::create_symlink(folder / "precious", folder / "scores.json");
  replace_file(folder / "scores.json", "scores");
  EXPECT_EQ(read_text(folder / "precious"), "precious");
  EXPECT_EQ(read_text(folder / "scores.json"), "scores");
  EXPECT_FALSE(fs::is_symlink(folder / "scores.json"));
}

TEST(NewFile, AFolderInItsPlaceIsCalledOne) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "scores.json.partial");
  fs::create_directory(folder / "log.csv");
  const auto is_said = [](const char* name) {
    return ThrowsMessage<DataError>(AllOf(HasSubstr(name), HasSubstr("is a folder, where a file belongs")));
  };
  EXPECT_THAT([&] { replace_file(folder / "scores.json", "scores"); }, is_said("scores.json.partial"));
  EXPECT_THAT([&] { replace_file(folder / "log.csv", "log"); }, is_said("log.csv"));
}

TEST(NewFile, OfTwoWritersNeverRenamesWhatTheOtherHasHalfWritten) {
  const TemporaryFolder folder;
  std::optional<NewFile> first(std::in_place, folder / "scores.json");
  first->write("first");
  NewFile second(folder / "scores.json");
  second.write("sec");
  EXPECT_THAT([&] { first->commit(); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("scores.json was not written"),
                                             HasSubstr("another process"), EndsWith("."))));
  EXPECT_FALSE(fs::exists(folder / "scores.json"));
  first.reset();
  second.write("ond");
  second.commit();
  EXPECT_EQ(read_text(folder / "scores.json"), "second");
}

TEST(NewFile, ThatCannotBeWrittenSaysWhichAndWhy) {
  try {
    replace_file("/proc/no_folder/scores.json", "scores");
    FAIL() << "was written";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("/proc/no_folder/scores.json"));
  }
}

TEST(File, ThatCannotBeReachedComesWithAdviceThatFitsTheCause) {
  const TemporaryFolder folder;
  fs::create_symlink("circle", folder / "circle");
  write_text(folder / "file", "");
  const std::string too_long(300, 'n');
  const auto advises = [](const char* advice) {
    return ThrowsMessage<DataError>(
        AllOf(HasSubstr(advice), Not(HasSubstr("permissions")), Not(HasSubstr("disk"))));
  };
  EXPECT_THAT([&] { (void)read_file(folder / "circle"); }, advises("a link that leads in a circle"));
  EXPECT_THAT([&] { (void)read_file(folder / too_long); }, advises("give a shorter name"));
  EXPECT_THAT([&] { (void)read_file(folder / "file/below"); }, advises("a part is no folder"));
  EXPECT_THAT([&] { replace_file(folder / too_long, ""); }, advises("give a shorter name"));
  EXPECT_THAT([&] { replace_file(folder / "circle/below", ""); }, advises("a link that leads in a circle"));
  EXPECT_THAT([&] { replace_file(folder / "gone/below", ""); }, advises("a part is missing"));
}

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
