/// Which pictures a command line stands for.

#include "features/images_given.hpp"

#include "support/fault.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <sstream>

namespace tagloom::features {
namespace {

using tagloom::testing::Call;
using tagloom::testing::Fault;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

/// As much of a picture as tells its format.
constexpr const char* kJpegBeginning = "\xFF\xD8\xFF\xE0";

class ImagesGivenTest : public ::testing::Test {
 protected:
  ImagesGivenTest() {
    fs::create_directories(folder_ / "sea/deep");
    write_text(folder_ / "sea/b.jpg", kJpegBeginning);
    write_text(folder_ / "sea/deep/a.jpg", kJpegBeginning);
    write_text(folder_ / "one.jpg", kJpegBeginning);
  }

  [[nodiscard]] std::vector<std::string> names(const std::vector<fs::path>& given,
                                               const std::string& typed = {}) const {
    std::istringstream input(typed);
    std::vector<std::string> names;
    for (const ImageFile& file : images_given(given, input).files)
      names.push_back(file.name);
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(ImagesGivenTest, OfAFolderAreNamedByTheirPathInIt) {
  EXPECT_THAT(names({folder_ / "sea"}), ElementsAre("b.jpg", "deep/a.jpg"));
}

TEST_F(ImagesGivenTest, OfSeveralInputsAreNamedAsTheyCouldBeOpened) {
  EXPECT_THAT(names({folder_ / "one.jpg", folder_ / "sea"}),
              ElementsAre(folder_ / "one.jpg", folder_ / "sea/b.jpg", folder_ / "sea/deep/a.jpg"));
}

TEST_F(ImagesGivenTest, OfAListKeepItsOrderEachOnce) {
  write_text(folder_ / "list", "z.jpg\r\n\nnot there.png\nz.jpg");
  EXPECT_THAT(names({folder_ / "list"}), ElementsAre("z.jpg", "not there.png"));
  EXPECT_THAT(names({"-"}, "z.jpg\na.jpg\n"), ElementsAre("z.jpg", "a.jpg"));
  EXPECT_THAT(names({"-"}, "\xEF\xBB\xBFz.jpg\r\na.jpg\r\n"), ElementsAre("z.jpg", "a.jpg"));
  EXPECT_THAT(
      [&] { (void)names({"-"}, "z.jpg\ra.jpg\r"); },
      ThrowsMessage<DataError>(HasSubstr("the lines of standard input end with carriage returns alone")));
}

TEST_F(ImagesGivenTest, InTwoSpellingsAreTakenOnceByTheFirst) {
  fs::create_symlink(folder_ / "one.jpg", folder_ / "link.jpg");
  const std::string first = folder_ / "./one.jpg";
  const std::string list =
      std::string(folder_ / "sea/../one.jpg") + "\n" + first + "\n" + std::string(folder_ / "link.jpg");
  std::istringstream typed(list);
  const ImagesGiven images = images_given({first, "-", folder_ / "sea"}, typed);
  std::vector<std::string> names;
  for (const ImageFile& file : images.files)
    names.push_back(file.name);
  EXPECT_THAT(names,
              ElementsAre(first, folder_ / "link.jpg", folder_ / "sea/b.jpg", folder_ / "sea/deep/a.jpg"));
  EXPECT_THAT(images.left_out, ElementsAre(HasSubstr("1 image was given again in another spelling")));
}

TEST_F(ImagesGivenTest, BehindALinkTwoDotsLeadToAnotherImage) {
  fs::create_directories(folder_ / "lake/shore");
  write_text(folder_ / "lake/one.jpg", kJpegBeginning);
  fs::create_directory_symlink(folder_ / "lake/shore", folder_ / "shore");
  const std::string lake = folder_ / "shore/../one.jpg";
  EXPECT_THAT(names({folder_ / "one.jpg", lake}), ElementsAre(folder_ / "one.jpg", lake));
}

TEST_F(ImagesGivenTest, OfTwoFilesThatWouldBeStoredUnderOneNameAreRefused) {
  EXPECT_THAT([&] { (void)names({"-"}, "\xFF.jpg\n\\xff.jpg\n"); },
              ThrowsMessage<DataError>(HasSubstr("both give an image that would be stored as")));
}

TEST_F(ImagesGivenTest, SayWhatWasLeftOutOfAFolder) {
  write_text(folder_ / "sea/notes", "about the sea");
  std::istringstream none;
  EXPECT_THAT(images_given({folder_ / "sea"}, none).left_out,
              ElementsAre(HasSubstr("1 of no picture format")));
}

TEST_F(ImagesGivenTest, WhatCannotBeOneIsToldBeforeAnythingElse) {
  const auto refused = [&](const std::string& given, const std::string& why) {
    EXPECT_THAT([&] { (void)names({given}); }, ThrowsMessage<DataError>(HasSubstr(why))) << given;
  };
  refused(folder_ / "none", "is not there");
  refused("/dev/null", "is ");
  write_text(folder_ / "empty", "");
  refused(folder_ / "empty", "neither a picture nor an archive");
  write_text(folder_ / "binary", std::string("ab\0c", 4));
  refused(folder_ / "binary", "neither a picture nor an archive");
  write_text(folder_ / "blank", "\n\n");
  refused(folder_ / "blank", "There are no paths in");
  refused("-", "There are no paths in standard input");
}

TEST_F(ImagesGivenTest, AFileThatCannotBeReadIsSaidToBeThat) {
  {
    const Fault closed(Call::open, EACCES, "one.jpg");
    EXPECT_THAT([&] { (void)names({folder_ / "one.jpg"}); },
                ThrowsMessage<DataError>(HasSubstr("Permission denied")));
  }
  const Fault broken(Call::read, EIO, "one.jpg");
  EXPECT_THAT([&] { (void)names({folder_ / "one.jpg"}); },
              ThrowsMessage<DataError>(HasSubstr("Input/output error")));
}

}  // namespace
}  // namespace tagloom::features
