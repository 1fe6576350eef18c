#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using tagloom::testing::shared_file;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kTrain = R"({"samples": [
  {"image_name": "a.jpg", "image_labels": ["sky", "sea"]},
  {"image_name": "b.jpg", "image_labels": []}], "labels": ["sea", "sky"]})";
constexpr auto kTest =
    R"({"samples": [{"image_name": "c.jpg", "image_labels": ["sea"]}], "labels": ["sea", "sky"]})";

class Corel5kTest : public ::testing::Test {
 protected:
  Corel5kTest() {
    write_text(folder_ / "train.json", kTrain);
    write_text(folder_ / "test.json", kTest);
  }

  void expect_error(const ::testing::Matcher<std::string>& sentence) {
    try {
      (void)read(folder_.path());
      FAIL() << "read without an error";
    } catch (const DataError& error) {
      EXPECT_THAT(std::string(error.what()), sentence);
    }
  }

  TemporaryFolder folder_;
};

TEST_F(Corel5kTest, ReadsLabelsInAnnotationOrderWithoutImages) {
  const auto dataset = read(folder_.path());
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("sea", "sky"));
  ASSERT_EQ(dataset.train.size(), 2U);
  EXPECT_EQ(dataset.train[0].image_name, "a.jpg");
  EXPECT_EQ(dataset.train[0].image_path, folder_.path() / "images" / "a.jpg");
  EXPECT_THAT(dataset.train[0].labels, ElementsAre(1, 0));
  EXPECT_TRUE(dataset.train[1].labels.empty());
  EXPECT_EQ(dataset.test.size(), 1U);
  EXPECT_TRUE(dataset.validation.empty());
}

TEST_F(Corel5kTest, DropsAndCountsRepeatedLabels) {
  write_text(
      folder_ / "test.json",
      R"({"samples": [{"image_name": "c.jpg", "image_labels": ["sea", "sky", "sea"]}], "labels": ["sea", "sky"]})");
  const auto dataset = read(folder_.path());
  EXPECT_THAT(dataset.test[0].labels, ElementsAre(0, 1));
  EXPECT_EQ(dataset.repeated_labels, 1);
}

TEST_F(Corel5kTest, ReadsTrainAloneAndHoldsOutATestSplit) {
  std::filesystem::remove(folder_ / "test.json");
  EXPECT_EQ(read(folder_.path(), {.test_fraction = 0}).train.size(), 2U);
  const auto dataset = read(folder_.path(), {.test_fraction = 0.5});
  EXPECT_EQ(dataset.train.size(), 1U);
  EXPECT_EQ(dataset.test.size(), 1U);
  EXPECT_EQ(dataset.held_out, (HeldOut{.fraction = 0.5, .seed = 1}));
}

TEST_F(Corel5kTest, RefusesToHoldOutWhatHasATestSplit) {
  EXPECT_THAT([&] { (void)read(folder_.path(), {.test_fraction = 0.5}); },
              ::testing::ThrowsMessage<UsageError>(HasSubstr("has a test split of 1 images already")));
  EXPECT_EQ(read(folder_.path()).held_out.fraction, 0);
}

TEST_F(Corel5kTest, ReadsAValidationSplitOfItsOwn) {
  write_text(folder_ / "validation.json",
             R"({"samples": [{"image_name": "v.jpg", "image_labels": ["sky"]}], "labels": ["sea", "sky"]})");
  const auto dataset = read(folder_.path());
  ASSERT_EQ(dataset.validation.size(), 1U);
  EXPECT_EQ(dataset.validation.front().image_name, "v.jpg");
}

TEST_F(Corel5kTest, ReadsOneFileAloneWithTheImagesBesideIt) {
  write_text(folder_ / "a.jpg", "");
  const auto dataset = read(folder_ / "train.json", {.test_fraction = 0});
  EXPECT_EQ(dataset.layout, "corel5k");
  ASSERT_EQ(dataset.train.size(), 2U);
  EXPECT_EQ(dataset.train.front().image_path, folder_.path() / "a.jpg");
  std::filesystem::create_directory(folder_ / "images");
  write_text(folder_ / "images/a.jpg", "");
  EXPECT_EQ(read(folder_ / "train.json").train.front().image_path, folder_.path() / "images/a.jpg");
}

TEST_F(Corel5kTest, NamesAMissingFolder) {
  EXPECT_THAT([&] { (void)read(folder_ / "absent"); },
              ::testing::ThrowsMessage<DataError>(
                  AllOf(HasSubstr("there is no data set at "), HasSubstr("absent; correct the path"))));
}

TEST_F(Corel5kTest, TellsWhereJsonIsMalformed) {
  write_text(folder_ / "train.json", "{\"samples\": [\n  {\"image_name\" \"a.jpg\"}]}");
  expect_error(AllOf(HasSubstr("train.json is not valid JSON"), HasSubstr("line 2")));
}

TEST_F(Corel5kTest, RefusesTruncatedJson) {
  write_text(folder_ / "train.json", std::string(kTrain).substr(0, 60));
  expect_error(HasSubstr("train.json is not valid JSON"));
}

TEST_F(Corel5kTest, WhatIsNoJsonAtAllIsCalledWhatItIs) {
  using namespace std::string_literals;
  for (const auto& [content, kind] : std::vector<std::pair<std::string, std::string>>{
           {"", "an empty file"},
           {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"},
           {"<!DOCTYPE html><html>not found</html>", "an HTML page"},
           {"\x1f\x8b packed", "a gzip file"},
           {"PK\x03\x04 packed", "a zip archive"},
           {"\xff\xfe{\0\"\0s\0"s, "UTF-16 text"},
           {"{\0\"\0s\0a\0m\0"s, "UTF-16 text"},
           {"\0{\0\"\0s\0a\0m"s, "UTF-16 text"},
           {"\xff\xfe\0\0{\0\0\0"s, "UTF-32 text"},
           {"\0\0\xfe\xff\0\0\0{"s, "UTF-32 text"}}) {
    write_text(folder_ / "train.json", content);
    expect_error(AllOf(HasSubstr("train.json"), HasSubstr("it is " + kind)));
  }
}

TEST_F(Corel5kTest, NamesTheSampleOfAWrongType) {
  write_text(folder_ / "train.json",
             R"({"samples": [{"image_name": 5, "image_labels": []}], "labels": ["sea"]})");
  expect_error(AllOf(HasSubstr("\"image_name\" of sample 1"), HasSubstr("number")));
  write_text(folder_ / "train.json", R"({"samples": [{"image_name": "a"}], "labels": ["sea"]})");
  expect_error(AllOf(HasSubstr("image \"a\""), HasSubstr("has no \"image_labels\"")));
  write_text(folder_ / "train.json", R"([1, 2])");
  expect_error(HasSubstr("has no \"labels\""));
}

TEST_F(Corel5kTest, NamesALabelThatIsNotInTheList) {
  write_text(folder_ / "test.json",
             R"({"samples": [{"image_name": "c.jpg", "image_labels": ["moon"]}], "labels": ["sea", "sky"]})");
  expect_error(AllOf(HasSubstr("test.json"), HasSubstr("\"c.jpg\""), HasSubstr("\"moon\"")));
}

TEST_F(Corel5kTest, RefusesARepeatedLabelInTheList) {
  write_text(folder_ / "train.json", R"({"samples": [], "labels": ["sea", "sea"]})");
  expect_error(AllOf(HasSubstr("train.json"), HasSubstr("sea")));
}

TEST_F(Corel5kTest, AnImageListedTwiceCountsOnceWithTheLabelsOfBoth) {
  write_text(folder_ / "test.json", R"({"samples": [{"image_name": "c.jpg", "image_labels": ["sky"]},
    {"image_name": "c.jpg", "image_labels": ["sea", "sky"]}], "labels": ["sea", "sky"]})");
  const auto dataset = read(folder_.path());
  ASSERT_EQ(dataset.test.size(), 1U);
  EXPECT_THAT(dataset.test[0].labels, ElementsAre(1, 0));
  EXPECT_EQ(dataset.repeated_images, 1);
  EXPECT_EQ(dataset.repeated_labels, 0);
}

TEST_F(Corel5kTest, AnImageOfBothSplitsIsOneOfTestAlone) {
  write_text(folder_ / "test.json",
             R"({"samples": [{"image_name": "a.jpg", "image_labels": ["sea"]}], "labels": ["sea", "sky"]})");
  const auto dataset = read(folder_.path());
  ASSERT_EQ(dataset.train.size(), 1U);
  EXPECT_EQ(dataset.train[0].image_name, "b.jpg");
  EXPECT_EQ(dataset.test.size(), 1U);
  EXPECT_EQ(dataset.shared_images, 1);
}

TEST_F(Corel5kTest, LabelListsOfAnotherOrderAreTheSameLabels) {
  write_text(folder_ / "test.json",
             R"({"samples": [{"image_name": "c.jpg", "image_labels": ["sea"]}], "labels": ["sky", "sea"]})");
  const auto dataset = read(folder_.path());
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("sea", "sky"));
  EXPECT_THAT(dataset.test[0].labels, ElementsAre(0));
}

TEST_F(Corel5kTest, ALabelThatOnlyTestListsIsOneOfTheSetAndIsSaid) {
  write_text(folder_ / "test.json",
             R"({"samples": [{"image_name": "c.jpg", "image_labels": ["moon"]}], "labels": ["moon"]})");
  const auto dataset = read(folder_.path());
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("sea", "sky", "moon"));
  EXPECT_THAT(remarks(dataset), Contains(HasSubstr("nothing can learn it (\"moon\")")));
}

TEST_F(Corel5kTest, RefusesNamesThatLeaveTheFolder) {
  write_text(folder_ / "test.json",
             R"({"samples": [{"image_name": "../c.jpg", "image_labels": []}], "labels": ["sea", "sky"]})");
  expect_error(HasSubstr("\"../c.jpg\""));
}

TEST(Corel5k, TheRealSetHasItsKnownCounts) {
  const auto root = shared_file("data/corel5k");
  if (root.empty()) GTEST_SKIP() << "no folder shared/data/corel5k";
  const auto dataset = read(root);
  const auto train = summarize(dataset.vocabulary, dataset.train);
  const auto test = summarize(dataset.vocabulary, dataset.test);
  EXPECT_EQ(dataset.vocabulary.size(), 260);
  EXPECT_EQ(train.images, 4500);
  EXPECT_EQ(test.images, 499);
  EXPECT_EQ(train.images_without_label, 7);
  EXPECT_EQ(test.images_without_label, 0);
  EXPECT_NEAR(train.mean_labels, 3.383, 5e-4);
  EXPECT_NEAR(test.mean_labels, 3.519, 5e-4);
  EXPECT_EQ(train.most_labels, 5);
  EXPECT_EQ(test.labels_without_image, 0);
  EXPECT_EQ(dataset.repeated_labels, 0);
  EXPECT_NO_THROW(check_images(dataset));
}

}  // namespace
}  // namespace tagloom::datasets
