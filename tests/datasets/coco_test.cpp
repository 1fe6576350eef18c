#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// With what a reader must pass over: outlines, keys of the same name that lie deeper, other lists.
constexpr auto kCocoTrain = R"({"info": {"id": 7, "images": [{"id": 1}]},
 "annotations": [
  {"id": 1, "image_id": 11, "category_id": 3, "iscrowd": 0, "segmentation": [[1.5, 2, 3]], "area": 4.5},
  {"id": 2, "image_id": 11, "category_id": 1, "iscrowd": 1, "segmentation": {"id": 9, "counts": [1], "size": [2, 2]}},
  {"id": 3, "image_id": 11, "category_id": 3}],
 "images": [{"id": 11, "file_name": "a.jpg", "license": {"name": "none"}}, {"id": 12, "file_name": "b.jpg"}],
 "categories": [{"id": 1, "name": "person", "supercategory": "x"}, {"id": 3, "name": "traffic light"}]})";
constexpr auto kCocoVal = R"({"images": [{"id": 1, "file_name": "c.jpg"}],
 "annotations": [{"image_id": 1, "category_id": 5}],
 "categories": [{"id": 5, "name": "person"}, {"id": 6, "name": "traffic light"}]})";

class Coco : public ::testing::Test {
 protected:
  Coco() {
    files_.write("annotations/instances_train2017.json", kCocoTrain);
    files_.write("annotations/instances_val2017.json", kCocoVal);
    files_.pictures({"train2017/a.jpg", "train2017/b.jpg", "val2017/c.jpg"});
  }
  LayoutFiles files_;
};

TEST_F(Coco, IsReadWithCrowdsAndItsValidationSplitAsTest) {
  const Dataset dataset = read(files_.path());
  EXPECT_EQ(dataset.layout, "coco");
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("person", "traffic light"));
  EXPECT_THAT(
      named(dataset, dataset.train),
      ElementsAre(Named{"train2017/a.jpg", {"traffic light", "person"}}, Named{"train2017/b.jpg", {}}));
  EXPECT_TRUE(dataset.validation.empty());
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"val2017/c.jpg", {"person"}}));
  EXPECT_NO_THROW(check_images(dataset));
  EXPECT_EQ(dataset.repeated_labels, 0);
}

TEST_F(Coco, OneFileAloneFindsTheFolderOfItsImages) {
  const Dataset dataset = read_whole(files_.path("annotations/instances_train2017.json"));
  EXPECT_EQ(dataset.layout, "coco");
  EXPECT_EQ(dataset.train.size(), 2U);
  EXPECT_TRUE(dataset.test.empty());
  EXPECT_NO_THROW(check_images(dataset));
}

TEST_F(Coco, ExportsWithAFolderASplitAreReadToo) {
  const LayoutFiles files;
  files.write("train/_annotations.coco.json", kCocoTrain);
  files.write("valid/_annotations.coco.json", kCocoVal);
  files.pictures({"train/a.jpg", "train/b.jpg", "valid/c.jpg"});
  const Dataset dataset = read(files.path());
  EXPECT_EQ(dataset.layout, "coco");
  EXPECT_NO_THROW(check_images(dataset));
  EXPECT_EQ(dataset.test.size(), 1U);
}

TEST_F(Coco, AFileThatOnlyItsContentTellsIsReadToo) {
  const LayoutFiles files;
  files.write("train.json", kCocoTrain);
  files.pictures({"images/a.jpg"});
  const Dataset dataset = read_whole(files.path());
  EXPECT_EQ(dataset.layout, "coco");
  EXPECT_EQ(dataset.train.front().image_name, "images/a.jpg");
}

TEST_F(Coco, NamesTheEntryThatIsWrong) {
  const auto train = files_.path("annotations/instances_train2017.json");
  const auto expect_wrong = [&](const std::string& text, const ::testing::Matcher<std::string>& sentence) {
    files_.write("annotations/instances_train2017.json", text);
    expect_refused(files_.path(), AllOf(HasSubstr(train.string()), sentence));
  };
  expect_wrong(R"({"images": [], "annotations": [{"image_id": 4, "category_id": 1}], "categories": []})",
               HasSubstr("entry 1 of \"annotations\""));
  expect_wrong(
      R"({"images": [{"id": 1, "file_name": "a"}], "annotations": [{"image_id": 1, "category_id": 2}],
                   "categories": []})",
      HasSubstr("is of category 2, which the file does not list"));
  expect_wrong(R"({"images": [{"id": 1}], "annotations": [], "categories": []})",
               HasSubstr("entry 1 of \"images\""));
  expect_wrong(R"({"images": [{"id": "x", "file_name": "a"}], "annotations": [], "categories": []})",
               HasSubstr("no whole number \"id\""));
  expect_wrong(R"({"images": [{"id": 1, "file_name": "a"}, {"id": 1, "file_name": "b"}], "annotations": [],
                   "categories": []})",
               HasSubstr("entry 2 of \"images\""));
  expect_wrong(
      R"({"images": [], "annotations": [], "categories": [{"id": 1, "name": "x"}, {"id": 1, "name": "y"}]})",
      HasSubstr("entry 2 of \"categories\""));
  expect_wrong(R"({"images": [], "annotations": []})", HasSubstr("has no list \"categories\""));
  expect_wrong(
      R"({"images": [{"id": 1, "file_name": "../../a"}], "annotations": [], "categories": [{"id": 1, "name": "x"}]})",
      HasSubstr("names an image"));
  expect_wrong("{\"images\": [\n{\"id\" 1}]}", HasSubstr("line 2"));
}

TEST_F(Coco, TwoFilesOfOneSplitAreRefused) {
  files_.write("annotations/instances_train2014.json", kCocoTrain);
  expect_refused(files_.path(), AllOf(HasSubstr("instances_train2014.json"),
                                      HasSubstr("instances_train2017.json"), HasSubstr("the same split")));
}

}  // namespace
}  // namespace tagloom::datasets
