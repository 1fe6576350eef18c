#include "annotation/pictures/picture_sinks.hpp"

#include "annotation/pictures/outputs.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgcodecs.hpp>

namespace tagloom::annotation::pictures {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;
namespace fs = std::filesystem;

Annotation annotated(const fs::path& folder, const std::string& name) {
  fs::create_directories((folder / name).parent_path());
  cv::imwrite((folder / name).string(), cv::Mat(6, 9, CV_8UC3, cv::Scalar(30, 120, 250)));
  return {.name = name, .file = {name, folder / name}, .tags = {{"sky", 0.9F}, {"sea", 0.3F}}};
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().lexically_relative(folder).string());
  return files;
}

void write_all(const Outputs& outputs, const std::vector<Annotation>& annotations) {
  check(outputs);
  const auto made = sinks(outputs, {.preprocessing = {.size = 8}});
  for (const Annotation& annotation : annotations)
    for (const auto& sink : made)
      sink->write(annotation);
  for (const auto& sink : made)
    sink->finish();
}

TEST(PictureSinks, DrawEachPictureUnderItsOwnName) {
  const TemporaryFolder folder;
  const fs::path out = folder / "out";
  std::vector<Annotation> annotations = {annotated(folder / "in", "a.jpg"), annotated(folder / "in", "a.png"),
                                         annotated(folder / "in", "b c/\u00e4 \\ %.png")};
  annotations[1].attention = at::rand({2, 3, 3});
  annotations[1].tags[0].label = "\u7a7a";
  write_all({.pictures = out}, annotations);
  EXPECT_THAT(files_below(out),
              UnorderedElementsAre("a.jpg.tags.jpg", "a.png.tags.jpg", "b c/\u00e4 \\ %.png.tags.jpg"));
  const cv::Mat list = datasets::read_image(out / "a.jpg.tags.jpg");
  const cv::Mat panels = datasets::read_image(out / "a.png.tags.jpg");
  // The picture's own colour, in the right order of channels.
  EXPECT_LT(cv::norm(list.at<cv::Vec3b>(200, 200), cv::Vec3b(250, 120, 30)), 12);
  EXPECT_NE(panels.size(), list.size());
}

TEST(PictureSinks, NeverWriteAmongTheOriginals) {
  const TemporaryFolder folder;
  const Annotation annotation = annotated(folder.path(), "a.jpg");
  EXPECT_THAT([&] { write_all({.pictures = folder.path()}, {annotation}); },
              ::testing::ThrowsMessage<UsageError>(HasSubstr("give --pictures another folder.")));
  EXPECT_THAT(files_below(folder.path()), UnorderedElementsAre("a.jpg"));
}

TEST(PictureSinks, LeaveNothingOfAPictureThatVanished) {
  const TemporaryFolder folder;
  Annotation annotation = annotated(folder / "in", "a.jpg");
  fs::remove(annotation.file.path);
  EXPECT_THROW(write_all({.pictures = folder / "out"}, {annotation}), DataError);
  EXPECT_TRUE(files_below(folder / "out").empty());
}

TEST(PictureSinks, PutTheFirstPicturesOnTheSheet) {
  const TemporaryFolder folder;
  const Annotation annotation = annotated(folder / "in", "a.jpg");
  const auto rows_of = [&](std::size_t pictures) {
    write_all({.sheet = folder / "sheet.png"}, std::vector(pictures, annotation));
    return datasets::read_image(folder / "sheet.png").rows;
  };
  const int few = rows_of(4);
  const int most = rows_of(kMostOnSheet);
  EXPECT_GT(most, 5 * few);
  EXPECT_EQ(rows_of(kMostOnSheet + 1), most);
  fs::remove(folder / "sheet.png");
  write_all({.sheet = folder / "sheet.png"}, {});
  EXPECT_FALSE(fs::exists(folder / "sheet.png"));
}

TEST(PictureOutputs, AreRefusedWhereTheyMakeNoSense) {
  const auto refuses = [](const Outputs& outputs, const std::string& sentence) {
    EXPECT_THAT([&] { check(outputs); }, ::testing::ThrowsMessage<UsageError>(HasSubstr(sentence)));
  };
  refuses({.sheet = "sheet.jpg"}, "--sheet writes PNG; give a file whose name ends with .png.");
  EXPECT_THAT([] { check_possible({.pictures = "out", .font = "missing.ttf"}); },
              ::testing::ThrowsMessage<UsageError>(HasSubstr("--font")));
  EXPECT_NO_THROW(check({}));
  EXPECT_NO_THROW(check_possible({}));
  EXPECT_TRUE(sinks({}, {}).empty());
  EXPECT_TRUE(wants_attention({.pictures = "out"}));
  EXPECT_FALSE(wants_attention({.sheet = "sheet.png"}));
}

}  // namespace
}  // namespace tagloom::annotation::pictures
