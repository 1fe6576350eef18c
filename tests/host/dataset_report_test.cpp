/// What a survey of a data set is shown as: text, JSON, a page. On small drawn sets, and on empty ones.

#include "dataset_report/json.hpp"
#include "dataset_report/page.hpp"
#include "dataset_report/report.hpp"
#include "dataset_report/text.hpp"
#include "letters.hpp"
#include "support/files.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/new_file.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/read.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>

namespace tagloom::dataset_report {
namespace {

using tagloom::testing::Letters;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

/// The demo set, with a training picture copied over a test picture, one cut short and one gone.
class DrawnSet : public ::testing::Test {
 protected:
  DrawnSet() {
    datasets::write_demo(root_, {.images = 40});
    data_ = datasets::read(root_);
  }

  void spoil() {
    const fs::path original = data_.train[1].image_path;
    fs::copy_file(original, data_.test[2].image_path, fs::copy_options::overwrite_existing);
    const std::string whole = tagloom::testing::read_text(data_.train[3].image_path);
    tagloom::testing::write_text(data_.train[3].image_path, whole.substr(0, whole.size() / 2));
    fs::remove(data_.train[4].image_path);
  }

  TemporaryFolder folder_;
  fs::path root_ = folder_ / "demo";
  datasets::Dataset data_;
};

std::string whole_text(const Report& report, int columns) {
  std::string text;
  for (const auto& [heading, lines] : to_text(report, columns))
    text += heading + "\n" + lines;
  return text;
}

std::size_t longest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(lines, line);)
    longest = std::max(longest, line.size());
  return longest;
}

void expect_on_paper(const Letters& letters, cv::Size page) {
  const cv::Rect paper({0, 0}, page);
  for (const auto& [text, place] : letters.written)
    EXPECT_EQ(place & paper, place) << text << " at " << place << " on " << page;
}

TEST_F(DrawnSet, AsTextFitsTheColumns) {
  spoil();
  data_.root = "demo";
  for (datasets::Sample& sample : data_.train)
    sample.image_path = fs::relative(sample.image_path, fs::current_path());
  const Report report = report_of(data_, {});
  for (const int columns : {60, 80, 100}) {
    std::string text = whole_text(report, columns);
    // A path is as long as it is.
    const auto path = text.find("unreadable:");
    ASSERT_NE(path, std::string::npos);
    text.erase(path, text.find("\nDuplicates") - path);
    EXPECT_LE(longest_line(text), static_cast<std::size_t>(columns));
  }
  EXPECT_EQ(whole_text(report, 20), whole_text(report, 60));
  EXPECT_EQ(whole_text(report, 160), whole_text(report, 120));
}

TEST_F(DrawnSet, AsTextSaysWhatIsWrongWithIt) {
  spoil();
  const std::string text = whole_text(report_of(data_, {}), 120);
  EXPECT_THAT(text, AllOf(HasSubstr("40 images"), HasSubstr("LEAK: 1 image"),
                          HasSubstr("1 group of equal content, 1 of them across splits"),
                          HasSubstr("1 missing: " + data_.train[4].image_name), HasSubstr("is cut short"),
                          HasSubstr(data_.train[1].image_name + " (train), " + data_.test[2].image_name +
                                    " (test)")));
}

TEST_F(DrawnSet, WithoutPicturesHasLabelsAlone) {
  fs::remove_all(root_ / "images");
  const Report report = report_of(data_, {.images = false});
  EXPECT_THAT(whole_text(report, 80),
              AllOf(HasSubstr("Label frequencies (train)"), Not(HasSubstr("Pictures"))));
  EXPECT_TRUE(to_json(report).at("pictures").is_null());
}

TEST_F(DrawnSet, WhosePicturesAreAllMissingHasItsLabelsAllTheSame) {
  fs::remove_all(root_ / "images");
  const Report report = report_of(data_, {});
  EXPECT_THAT(whole_text(report, 80),
              AllOf(HasSubstr("40 missing: "), HasSubstr(" and 30 more"), Not(HasSubstr("Duplicates"))));
  const Letters letters;
  EXPECT_GT(page_of(report, letters).rows, 1000);
}

TEST_F(DrawnSet, AsJsonHasEverything) {
  spoil();
  const auto json = to_json(report_of(data_, {.threads = 2}));
  EXPECT_EQ(json.at("format"), 2);
  EXPECT_EQ(json.at("train").at("images"), 30);
  EXPECT_EQ(json.at("training_images_by_label"), json.at("train").at("images_by_label"));
  std::int64_t images = 0;
  for (const auto& count : json.at("train").at("images_by_number_of_labels"))
    images += count.get<std::int64_t>();
  EXPECT_EQ(images, 30);
  const auto& pair = json.at("labels").at("pairs").at(0);
  EXPECT_EQ(pair.at("labels").size(), 2U);
  EXPECT_GE(pair.at("images"), 5);
  const auto& pictures = json.at("pictures");
  EXPECT_EQ(pictures.at("missing").at(0).at("image"), data_.train[4].image_name);
  EXPECT_THAT(pictures.at("unreadable").at(0).at("why"), HasSubstr("cut short"));
  const auto& equal = pictures.at("equal_content").at(0);
  EXPECT_EQ(equal.at("images").at(0).at("split"), "train");
  EXPECT_EQ(equal.at("images").at(1).at("split"), "test");
  EXPECT_EQ(equal.at("across_splits"), true);
  EXPECT_EQ(pictures.at("repeated_in_later_splits"), 1);
  EXPECT_EQ(pictures.at("sizes").at(0).at("width"), 160);
  EXPECT_NE(to_json_text(json), "");
}

TEST_F(DrawnSet, OnAPageHasEveryWordOnThePaper) {
  spoil();
  const Report report = report_of(data_, {});
  const Letters letters;
  const cv::Mat page = page_of(report, letters);
  expect_on_paper(letters, page.size());
  EXPECT_THAT(letters.texts(), Contains("demo"));
  EXPECT_THAT(letters.texts(), Contains("Label frequencies"));
  EXPECT_THAT(letters.texts(), Contains("Sizes of pictures"));
  EXPECT_THAT(letters.texts(), Contains(::testing::StartsWith("equal files")));
  EXPECT_THAT(letters.texts(), Contains(data_.train[1].image_name));
}

TEST_F(DrawnSet, OnAPageShowsThePicturesThatAreThereTwice) {
  const Letters letters;
  const cv::Mat without = page_of(report_of(data_, {}), letters);
  fs::copy_file(data_.train[1].image_path, data_.test[2].image_path, fs::copy_options::overwrite_existing);
  const cv::Mat with = page_of(report_of(data_, {}), letters);
  EXPECT_GT(with.rows, without.rows);
  // They are as colourful as the bars and more: sky, sea, grass.
  const auto colours = [](const cv::Mat& page) {
    const cv::Mat bottom = page.rowRange(page.rows - 260, page.rows);
    std::vector<cv::Mat> channels;
    cv::split(bottom, channels);
    return cv::countNonZero(cv::abs(channels[0] - channels[2]) > 40);
  };
  EXPECT_GT(colours(with), colours(without) + 5000);
}

TEST_F(DrawnSet, IsWrittenAsAPictureThatOthersRead) {
  const auto typeface = drawing::open_typeface({});
  const fs::path file = folder_ / "report.png";
  write_page(file, report_of(data_, {}), *typeface);
  const cv::Mat read = cv::imread(file.string());
  EXPECT_EQ(read.cols, 1800);
  EXPECT_GT(read.rows, 1500);
}

TEST(DatasetReport, OfNextToNothingIsDrawnAllTheSame) {
  const Vocabulary two({"a", "b"});
  const std::string long_name(400, 'w');
  const datasets::Sample one = {.image_name = "1", .image_path = "/none", .labels = {0}};
  for (const datasets::Dataset& data :
       {datasets::Dataset{.vocabulary = two, .root = "r"},
        datasets::Dataset{.vocabulary = two, .train = {one}, .root = "r/"},
        datasets::Dataset{.vocabulary = Vocabulary({long_name}), .test = {one}, .root = "/"},
        datasets::Dataset{.vocabulary = Vocabulary(), .train = {{.image_name = "1"}}, .root = ""}}) {
    for (const bool images : {true, false}) {
      const Report report = report_of(data, {.images = images});
      EXPECT_NE(whole_text(report, 80), "");
      EXPECT_NE(to_json_text(to_json(report)), "");
      const Letters letters;
      expect_on_paper(letters, page_of(report, letters).size());
    }
  }
}

TEST(DatasetReport, ManyLabelsAnImageEndInOneLine) {
  std::vector<std::string> names;
  datasets::Sample sample = {.image_name = "1"};
  for (std::int64_t i = 0; i < 40; ++i) {
    names.push_back("label" + std::to_string(i));
    sample.labels.push_back(i);
  }
  const datasets::Dataset data = {.vocabulary = Vocabulary(names), .train = {sample}};
  const Report report = report_of(data, {.images = false});
  EXPECT_THAT(whole_text(report, 80), HasSubstr("   11+        1  ####"));
  EXPECT_EQ(std::ranges::count(label_lines(report), '\n'), 40);
}

TEST(DatasetReport, ShowsNamesFromOutsideAsText) {
  const datasets::Dataset data = {.vocabulary = Vocabulary({"sky\x1b[31m"}),
                                  .train = {{.image_name = "a\nb", .image_path = "/no\nne", .labels = {0}}},
                                  .root = "r\t"};
  const Report report = report_of(data, {});
  EXPECT_THAT(whole_text(report, 80),
              AllOf(HasSubstr("sky\\x1b[31m"), HasSubstr("a\\nb"), HasSubstr("r\\t")));
  const Letters letters;
  static_cast<void>(page_of(report, letters));
  for (const std::string& text : letters.texts())
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace tagloom::dataset_report
