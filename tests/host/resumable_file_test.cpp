/// A file of annotations that is interrupted and gone on with.

#include "annotation/resumable_file.hpp"

#include "support/fault.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <utility>

namespace tagloom::annotation {
namespace {

using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

const std::vector<features::ImageFile> kPictures = {{"a", "a"}, {"b", "b"}, {"c", "c"}};
const runtime::Settings kSettings = {{"beam", "1"}, {"model", "m"}};

class ResumableFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] ResumableFile open() const { return {path_, kSettings, kPictures}; }
  /// One that was killed: two pictures are saved, a third line only half written.
  void interrupt() const {
    ResumableFile file = open();
    file.write("A\n");
    file.done(kPictures[0], true);
    file.write("no B\n");
    file.done(kPictures[1], false);
    file.save();
    write_text(path_.string() + ".partial", "A\nno B\nC, hal");
  }
  void expect_refused(const std::string& why) const {
    EXPECT_THAT([&] { (void)open(); }, ThrowsMessage<DataError>(HasSubstr(why)));
  }

  TemporaryFolder folder_;
  fs::path path_ = folder_ / "tags";
};

TEST_F(ResumableFileTest, GetsItsNameWhenAllIsDone) {
  ResumableFile file = open();
  EXPECT_TRUE(file.is_empty());
  file.write("A\n");
  file.done(kPictures[0], true);
  EXPECT_FALSE(fs::exists(path_));
  file.commit();
  EXPECT_EQ(read_text(path_), "A\n");
  EXPECT_FALSE(fs::exists(path_.string() + ".state"));
  EXPECT_FALSE(fs::exists(path_.string() + ".partial"));
}

TEST_F(ResumableFileTest, GoesOnBehindWhatWasSavedAndDropsAHalfWrittenLine) {
  interrupt();
  ResumableFile file = open();
  EXPECT_EQ(file.pictures(), 2);
  EXPECT_EQ(file.unreadable(), 1);
  file.write("C\n");
  file.done(kPictures[2], true);
  file.commit();
  EXPECT_EQ(read_text(path_), "A\nno B\nC\n");
}

TEST_F(ResumableFileTest, OfOtherSettingsOrPicturesIsRefused) {
  interrupt();
  EXPECT_THAT(
      [&] {
        ResumableFile(path_, {{"beam", "3"}, {"model", "m"}}, kPictures);
      },
      ThrowsMessage<DataError>(HasSubstr("with beam 1, not 3")));
  const std::vector<features::ImageFile> others = {{"a", "a"}, {"new", "new"}, {"b", "b"}};
  EXPECT_THAT([&] { ResumableFile(path_, kSettings, others); },
              ThrowsMessage<DataError>(HasSubstr("of other pictures")));
  EXPECT_THAT([&] { ResumableFile(path_, kSettings, {}); },
              ThrowsMessage<DataError>(HasSubstr("of other pictures")));
}

TEST_F(ResumableFileTest, WhoseStateIsDamagedOrWhoseLinesAreGoneIsRefused) {
  interrupt();
  fs::resize_file(path_.string() + ".partial", 3);
  expect_refused("their lines are gone");
  for (const auto& [state, why] : {std::pair{"{", "damaged"},
                                   {R"({"format": 1, "settings": 7})", "damaged"},
                                   {R"({"format": 2})", "another version"}}) {
    write_text(path_.string() + ".state", state);
    expect_refused(why);
  }
}

TEST_F(ResumableFileTest, BeginsAfreshWhereNothingWasSavedBefore) {
  write_text(path_.string() + ".partial", "half");
  ResumableFile file = open();
  EXPECT_TRUE(file.is_empty());
  file.commit();
  EXPECT_EQ(read_text(path_), "");
}

TEST_F(ResumableFileTest, KeepsWhatStoodWhenTheDiskIsFull) {
  interrupt();
  {
    ResumableFile file = open();
    file.write("C\n");
    file.done(kPictures[2], true);
    const testing::Fault full(testing::Call::write, ENOSPC, "tags.partial");
    EXPECT_THROW(file.save(), DataError);
  }
  EXPECT_EQ(open().pictures(), 2);
}

}  // namespace
}  // namespace tagloom::annotation
