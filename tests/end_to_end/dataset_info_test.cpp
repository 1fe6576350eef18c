/// `tagloom dataset info`, by the real program.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <string>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::journey;
using ::testing::Not;
using testing::read_text;
using testing::run_tagloom;
using testing::RunningTagloom;
using testing::TemporaryFolder;
using testing::write_text;
namespace fs = std::filesystem;

TEST(DatasetInfo, MeasuresLabelsAndPicturesAndDrawsThem) {
  const TemporaryFolder folder;
  const auto result = run_tagloom({"dataset", "info", journey().data, "--report", folder / "report.png"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("Label frequencies (train)"), HasSubstr("Pictures: 60 decoded"),
                                HasSubstr("no two files have the same content")));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(read_text(folder / "report.png").substr(1, 3), "PNG");
  EXPECT_FALSE(fs::exists(folder / "report.png.partial"));
}

TEST(DatasetInfo, PrintsNothingButJsonWhereJsonIsAskedFor) {
  const auto json = nlohmann::json::parse(run_tagloom({"dataset", "info", journey().data, "--json"}).out);
  EXPECT_EQ(json.at("format"), 2);
  EXPECT_EQ(json.at("pictures").at("images"), 60);
  const auto labels =
      nlohmann::json::parse(run_tagloom({"dataset", "info", journey().data, "--json", "--no-images"}).out);
  EXPECT_TRUE(labels.at("pictures").is_null());
  EXPECT_EQ(labels.at("train"), json.at("train"));
}

TEST(DatasetInfo, ReportsFirstAndFailsThenIfPicturesAreMissingOrDamaged) {
  const TemporaryFolder folder;
  const fs::path data = folder / "data";
  fs::copy(journey().data, data, fs::copy_options::recursive);
  const fs::path picture = fs::directory_iterator(data / "images")->path();
  write_text(picture, read_text(picture).substr(0, 300));
  const auto damaged = run_tagloom({"dataset", "info", data});
  EXPECT_EQ(damaged.status, 3);
  EXPECT_THAT(damaged.out, HasSubstr("Pictures: 59 decoded"));
  EXPECT_THAT(damaged.err, AllOf(HasSubstr("1 of 60 image files cannot be read"), HasSubstr("cut short")));
  fs::remove_all(data / "images");
  const auto missing = run_tagloom({"dataset", "info", data, "--report", folder / "report.png"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.out, HasSubstr("60 missing"));
  EXPECT_THAT(missing.err, HasSubstr("60 of 60 image files are missing"));
  EXPECT_TRUE(fs::exists(folder / "report.png"));
  EXPECT_EQ(run_tagloom({"dataset", "info", data, "--no-images"}).status, 0);
}

TEST(DatasetInfo, RefusesWhatItCannotDrawBeforeItReadsAnything) {
  const auto refused = [](const std::vector<std::string>& options) {
    std::vector<std::string> line = {"dataset", "info", journey().data};
    line.insert(line.end(), options.begin(), options.end());
    const auto result = run_tagloom(line);
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.out, IsEmpty());
    return result.err;
  };
  EXPECT_THAT(refused({"--report", "report.pdf"}), HasSubstr("ends with .png"));
  EXPECT_THAT(refused({"--report", journey().data + "/images/x.png"}), HasSubstr("among the images"));
  EXPECT_THAT(refused({"--font", "x.ttf"}), HasSubstr("nothing is drawn"));
  EXPECT_THAT(refused({"--no-images", "--no-thumbnails"}), HasSubstr("--no-images opens none"));
}

/// One picture under many names, which takes seconds to look at.
fs::path many_pictures(const TemporaryFolder& folder) {
  constexpr int kNames = 20000;
  const fs::path data = folder / "data";
  fs::create_directories(data / "images");
  const fs::path original = fs::directory_iterator(journey().data + "/images")->path();
  fs::copy_file(original, data / "images/0.jpg");
  nlohmann::json samples;
  for (int i = 0; i < kNames; ++i) {
    const std::string name = std::to_string(i) + ".jpg";
    if (i > 0) fs::create_hard_link(data / "images/0.jpg", data / "images" / name);
    samples.push_back({{"image_name", name}, {"image_labels", {"one"}}});
  }
  const nlohmann::json labels = {"one"};
  write_text(data / "train.json", nlohmann::json({{"samples", samples}, {"labels", labels}}).dump());
  write_text(data / "test.json",
             nlohmann::json({{"samples", nlohmann::json::array()}, {"labels", labels}}).dump());
  return data;
}

TEST(DatasetInfo, EndsAtOnceWhenInterruptedAmongThePictures) {
  const TemporaryFolder folder;
  const fs::path data = many_pictures(folder);
  RunningTagloom process({"dataset", "info", data, "--report", folder / "report.png"});
  ASSERT_TRUE(process.wait_until([&] { return process.has_open((data / "images").string()); }));
  process.send(SIGINT);
  const auto result = process.ends_within(std::chrono::seconds(30));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->status, 128 + SIGINT);
  EXPECT_THAT(result->out, IsEmpty());
  EXPECT_FALSE(fs::exists(folder / "report.png"));
}

}  // namespace
}  // namespace tagloom
