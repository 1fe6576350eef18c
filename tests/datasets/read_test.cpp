#include "datasets/layout_files.hpp"
#include "layouts/splits_by_name.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kCorelLabels =
    R"({"samples": [{"image_name": "a.jpg", "image_labels": ["x"]}], "labels": ["x"]})";

TEST(Read, NamesBothLayoutsWhereThereAreTwo) {
  const LayoutFiles files;
  files.write("train.json", kCorelLabels);
  files.write("train.csv", "b.jpg,y\n");
  expect_refused(files.path(), AllOf(HasSubstr("--layout corel5k or --layout csv"), HasSubstr("train.json"),
                                     HasSubstr("a table (.csv, .tsv)")));
  EXPECT_EQ(read_whole(files.path(), "csv").train.front().image_name, "b.jpg");
  EXPECT_EQ(read_whole(files.path(), "corel5k").train.front().image_name, "a.jpg");
}

TEST(Read, ALayoutThatIsNotThereSaysWhatIsMissing) {
  const LayoutFiles files;
  files.write("notes.md", "");
  for (const auto& [layout, words] :
       std::vector<std::pair<std::string, std::string>>{{"corel5k", "neither train.json nor test.json"},
                                                        {"coco", "no file instances_*.json"},
                                                        {"voc", "ImageSets/Main"},
                                                        {"openimages", "ImageID and LabelName"},
                                                        {"csv", "no .csv or .tsv file"},
                                                        {"list", "no list train.txt"},
                                                        {"folders", "no folder with pictures"}})
    expect_refused(files.path(), HasSubstr(words), layout);
  EXPECT_THROW((void)read_whole(files.path(), "imagenet"), UsageError);
}

TEST(Read, ALayoutOfAnotherKindOfPathIsRefusedInASentence) {
  const LayoutFiles files;
  files.write("notes.md", "# Notes\n");
  for (const std::string layout : {"corel5k", "coco", "voc", "openimages", "folders"}) {
    EXPECT_THROW((void)read_whole(files.path("notes.md"), layout), DataError) << layout;
  }
}

TEST(Read, EveryLayoutCanBeAskedFor) {
  const LayoutFiles files;
  for (const std::string_view layout : kLayoutNames) {
    try {
      (void)read_whole(files.path(), std::string(layout));
      ADD_FAILURE() << layout;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), Not(HasSubstr("there is no layout"))) << layout;
    }
  }
}

TEST(FilesOf, ADataSetAreItsLabelsAndTheFoldersOfItsImages) {
  const LayoutFiles files;
  files.write("train.csv", "in/a.jpg,x\nb.jpg,x\n");
  const DatasetFiles found = files_of(files.path());
  EXPECT_THAT(found.files, ElementsAre(files.path("train.csv"), files.path("b.jpg")));
  EXPECT_THAT(found.folders, ElementsAre(files.path("in")));
}

TEST(FilesOf, WhatIsNoDataSetAreNone) {
  const LayoutFiles files;
  EXPECT_THAT(files_of(files.path()).files, IsEmpty());
  files.write("train.csv", "\"");
  EXPECT_THAT(files_of(files.path()).files, IsEmpty());
  EXPECT_THAT(files_of(files.path("absent")).folders, IsEmpty());
}

TEST(FilesOf, TheOtherLayoutsAreWhatTheirFilesAreCalled) {
  const LayoutFiles files;
  files.write("annotations/instances_val2017.json", "{");
  EXPECT_THAT(files_of(files.path()).files, ElementsAre(files.path("annotations/instances_val2017.json")));
  EXPECT_THAT(files_of(files.path()).folders, Contains(files.path("val2017/")));
  const LayoutFiles voc;
  voc.write("Annotations/1.xml", "");
  voc.pictures({"JPEGImages/1.jpg"});
  EXPECT_THAT(files_of(voc.path()).folders, Contains(voc.path("JPEGImages")));
  const LayoutFiles classes;
  classes.pictures({"cat/1.jpg", "dog/2.jpg"});
  EXPECT_THAT(files_of(classes.path()).folders, ElementsAre(classes.path("cat"), classes.path("dog")));
}

TEST(SplitNamed, IsWhatAWordOfTheNameSays) {
  for (const char* name :
       {"train", "train2017", "instances_train2014.json", "TrainVal.txt", "oidv6-train-annotations"})
    EXPECT_EQ(split_named(name), Split::train) << name;
  for (const char* name : {"val", "valid", "validation", "instances_val2017.json", "dev.csv"})
    EXPECT_EQ(split_named(name), Split::validation) << name;
  EXPECT_EQ(split_named("test.csv"), Split::test);
  for (const char* name : {"trains", "latest", "labels.csv", "train_test.csv", ""})
    EXPECT_EQ(split_named(name), std::nullopt) << name;
}

}  // namespace
}  // namespace tagloom::datasets
