/// Images as people have them: damaged, missing, without an extension, too large; and what becomes of them
/// in `cache build`.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::ProcessResult;
using testing::read_text;
using testing::run_tagloom;
using testing::TemporaryFolder;
using testing::write_text;

/// A whole JPEG.
std::string photograph() {
  return read_text(fs::path(journey().data) / "images/demo_00000.jpg");
}

std::string with_damaged_scan(std::string jpeg) {
  for (std::size_t i = jpeg.size() / 2; i < jpeg.size() / 2 + 100; ++i)
    if (jpeg[i] != '\xFF' && jpeg[i - 1] != '\xFF' && jpeg[i] != '\xAA')
      jpeg[i] = static_cast<char>(jpeg[i] ^ 0x55);
  return jpeg;
}

ProcessResult build_from(const std::string& from, const std::string& folder, const std::string& out,
                         const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"cache", "build",
                                        from,    folder,
                                        "--out", out,
                                        "--set", "encoder.image_size=64",
                                        "--set", "encoder.random=true"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return run_tagloom(arguments);
}

std::string info_of(const std::string& cache) {
  return run_tagloom({"cache", "info", cache}).out;
}

TEST(OddImages, ADamagedJpegIsNamedAndNotCachedUnlessAccepted) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  write_text(folder / "in/ok.jpg", photograph());
  write_text(folder / "in/damaged.jpg", with_damaged_scan(photograph()));
  const auto refused = build_from("--images", folder / "in", folder / "f.h5");
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("1 image cannot be read"), HasSubstr("damaged.jpg is damaged"),
                                 HasSubstr("Corrupt JPEG data"), HasSubstr("--accept-damaged")));
  const auto accepted = build_from("--images", folder / "in", folder / "f.h5", {"--accept-damaged"});
  EXPECT_EQ(accepted.status, 0) << accepted.err;
  EXPECT_THAT(accepted.out, HasSubstr("2 images"));
  EXPECT_THAT(accepted.err, AllOf(HasSubstr("1 image taken though damaged"), HasSubstr("damaged.jpg")));
}

TEST(OddImages, MissingAndUnreadableImagesAreLeftOutWhenAskedAndTheCacheSaysSo) {
  const TemporaryFolder folder;
  fs::copy(journey().data, folder / "data", fs::copy_options::recursive);
  fs::remove(folder / "data/images/demo_00001.jpg");
  write_text(folder / "data/images/demo_00002.jpg", "no image");
  EXPECT_THAT(build_from("--data", folder / "data", folder / "f.h5").err,
              HasSubstr("1 of 60 image files are missing"));
  const auto built = build_from("--data", folder / "data", folder / "f.h5", {"--skip-unreadable"});
  EXPECT_EQ(built.status, 0) << built.err;
  EXPECT_THAT(built.out, HasSubstr("58 images"));
  EXPECT_THAT(built.err, AllOf(HasSubstr("2 images left out"), HasSubstr("demo_00001.jpg"),
                               HasSubstr("demo_00002.jpg")));
  EXPECT_THAT(info_of(folder / "f.h5"),
              HasSubstr("58, without 2 that could not be read (demo_00001.jpg, demo_00002.jpg)"));
}

TEST(OddImages, AFolderIsReadByContentAndWhatIsLeftOutIsSaidInOneLine) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "in/.ipynb_checkpoints");
  for (const char* name : {"no_extension", "photo.jfif", ".ipynb_checkpoints/a-checkpoint.jpg"})
    write_text(folder / (std::string("in/") + name), photograph());
  write_text(folder / "in/a.gif", "GIF89a");
  const auto built = build_from("--images", folder / "in", folder / "f.h5");
  EXPECT_EQ(built.status, 0) << built.err;
  EXPECT_THAT(built.out, HasSubstr("2 images"));
  EXPECT_THAT(built.err, AllOf(HasSubstr("1 hidden (.ipynb_checkpoints)"),
                               HasSubstr("1 of the format GIF, which is not read (a.gif)")));
}

TEST(OddImages, NamesThatATerminalWouldObeyAreShownAsText) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  write_text(folder / "in/ok.jpg", photograph());
  write_text(folder / "in/esc\x1B[31mred\n.jpg", "no image");
  const auto built = build_from("--images", folder / "in", folder / "f.h5");
  EXPECT_THAT(built.err, AllOf(HasSubstr("esc\\x1b[31mred\\n.jpg"), Not(HasSubstr("\x1B[31mred"))));
}

TEST(OddImages, ANumberThatNoBuildCanUseIsRefusedWithItsRange) {
  for (const char* batch : {"0", "-1", "1025", "9223372036854775807"})
    EXPECT_THAT(build_from("--data", journey().data, "unused.h5", {"--batch", batch}).err,
                AllOf(HasSubstr(std::string("--batch is ") + batch), HasSubstr("1 to 1024")));
  EXPECT_THAT(build_from("--data", journey().data, "unused.h5", {"--max-pixels", "0"}).err,
              HasSubstr("--max-pixels is 0"));
}

TEST(OddImages, APictureOfMorePixelsThanAllowedIsUnreadable) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  write_text(folder / "in/large.jpg", photograph());
  EXPECT_THAT(build_from("--images", folder / "in", folder / "f.h5", {"--max-pixels", "19199"}).err,
              HasSubstr("160 x 120 pixels, 19200 in all, and the limit is 19199"));
  EXPECT_EQ(build_from("--images", folder / "in", folder / "f.h5", {"--max-pixels", "19200"}).status, 0);
}

TEST(OddImages, LimitsThatOpenCvReadsFromTheEnvironmentDoNotCount) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  write_text(folder / "in/a.bmp",
             std::string("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\2\0\0\0\2\0\0\0\1\0\x18\0", 30) +
                 std::string(40, '\0'));
  for (const char* limit : {"1", "many"}) {
    const auto built = run_tagloom(
        {"cache", "build", "--images", folder / "in", "--out", folder / (std::string(limit) + ".h5"), "--set",
         "encoder.image_size=64", "--set", "encoder.random=true"},
        {{"OPENCV_IO_MAX_IMAGE_PIXELS", limit}});
    EXPECT_EQ(built.status, 0) << built.err;
  }
}

TEST(OddImages, PixelsAsStoredAndAsSeenAreNotMixed) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  write_text(folder / "in/a.jpg", photograph());
  write_text(folder / "in/b.jpg", "no image");
  ASSERT_EQ(build_from("--images", folder / "in", folder / "f.h5", {"--pixels", "stored"}).status, 3);
  write_text(folder / "in/b.jpg", photograph());
  EXPECT_THAT(build_from("--images", folder / "in", folder / "f.h5").err,
              HasSubstr("pixels (--pixels) stored there, seen here"));
  EXPECT_EQ(build_from("--images", folder / "in", folder / "f.h5", {"--pixels", "stored"}).status, 0);
  EXPECT_THAT(info_of(folder / "f.h5"), HasSubstr("EXIF orientation ignored, alpha dropped"));
}

}  // namespace
}  // namespace tagloom
