#include "support/files.hpp"

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

}  // namespace
}  // namespace tagloom
