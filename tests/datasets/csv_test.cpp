#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// All images of one table.
std::vector<Named> images_of(const std::string& table, const std::string& name = "all.csv") {
  const LayoutFiles files;
  files.write(name, table);
  const Dataset dataset = read_whole(files.path(name));
  EXPECT_EQ(dataset.layout, "csv");
  return named(dataset, dataset.train);
}

void expect_table_refused(const std::string& table, const ::testing::Matcher<std::string>& sentence) {
  const LayoutFiles files;
  files.write("all.csv", table);
  expect_refused(files.path("all.csv"), sentence);
}

TEST(Csv, SeveralLabelsStandInOneField) {
  const std::vector<Named> wanted = {{"a.jpg", {"sky", "blue sea"}}, {"b.jpg", {}}, {"c.jpg", {"sky"}}};
  EXPECT_EQ(images_of("path,labels\na.jpg,sky;blue sea\nb.jpg,\nc.jpg,sky\n"), wanted);
  EXPECT_EQ(images_of("a.jpg,sky;blue sea\nb.jpg,\nc.jpg,sky\n"), wanted);
  EXPECT_EQ(images_of("a.jpg,sky|blue sea\nb.jpg\nc.jpg,sky"), wanted);
  EXPECT_EQ(images_of("path\tlabels\na.jpg\tsky, blue sea\nb.jpg\t\nc.jpg\tsky\n", "all.tsv"), wanted);
  EXPECT_EQ(images_of("path;labels\na.jpg;sky|blue sea\nb.jpg;\nc.jpg;sky\n"), wanted);
}

TEST(Csv, FieldsAreQuotedAsRfc4180Says) {
  EXPECT_THAT(images_of("\xEF\xBB\xBFpath,labels\r\n\"a, b.jpg\",\"sky,sea\"\r\n\r\n\"say \"\"hi\"\".jpg\" , "
                        "\"two\nlines\" \r\n"),
              ElementsAre(Named{"a, b.jpg", {"sky", "sea"}}, Named{"say \"hi\".jpg", {"two\nlines"}}));
}

TEST(Csv, ABlankStandsBetweenLabelsOnlyUnderAHeadingOfSeveral) {
  EXPECT_THAT(images_of("id,tags\na.jpg,haze primary\n"), ElementsAre(Named{"a.jpg", {"haze", "primary"}}));
  EXPECT_THAT(images_of("id,label\na.jpg,traffic light\n"), ElementsAre(Named{"a.jpg", {"traffic light"}}));
}

TEST(Csv, LabelsInColumnsOfTheirOwnAreReadWithoutAHeading) {
  EXPECT_THAT(images_of("a.jpg,sky,sea\nb.jpg,sky\n"),
              ElementsAre(Named{"a.jpg", {"sky", "sea"}}, Named{"b.jpg", {"sky"}}));
}

TEST(Csv, OneHotColumnsKeepTheOrderOfTheHeading) {
  const LayoutFiles files;
  files.write("all.csv", "ID,wind,sea,never\n1,1,0,0\n2,1.0,True,\n");
  files.pictures({"pictures/1.png", "pictures/2.png"});
  const Dataset dataset = read_whole(files.path("all.csv"));
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("wind", "sea", "never"));
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"pictures/1.png", {"wind"}}, Named{"pictures/2.png", {"wind", "sea"}}));
  EXPECT_NO_THROW(check_images(dataset));
}

TEST(Csv, OtherColumnsThanThatOfTheLabelsAreLeftOut) {
  EXPECT_THAT(images_of("Image Index,Finding Labels,Age\na.png,Mass|Nodule,58\n"),
              ElementsAre(Named{"a.png", {"Mass", "Nodule"}}));
}

TEST(Csv, FilesOfAFolderAreItsSplitsAndKagglesTestIsLeftOut) {
  const LayoutFiles files;
  files.write("train.csv", "image_name,tags\ntrain_0,haze\ntrain_1,clear\n");
  files.write("test.csv", "image_name\ntest_0\n");
  files.write("sample_submission.csv", "image_name,tags\ntest_0,haze\n");
  files.pictures({"train-jpg/train_0.jpg", "train-jpg/train_1.jpg"});
  const Dataset dataset = read_whole(files.path());
  EXPECT_THAT(named(dataset, dataset.train), ElementsAre(Named{"train-jpg/train_0.jpg", {"haze"}},
                                                         Named{"train-jpg/train_1.jpg", {"clear"}}));
  EXPECT_TRUE(dataset.test.empty());
  EXPECT_THAT(dataset.notes, ElementsAre(HasSubstr("test.csv lists images without labels")));
}

TEST(Csv, AColumnMaySayTheSplit) {
  const LayoutFiles files;
  files.write("labels.csv", "fname,labels,is_valid\na.jpg,x,True\nb.jpg,x,False\n");
  const Dataset by_flag = read(files.path());
  EXPECT_EQ(by_flag.train.size(), 1U);
  EXPECT_THAT(named(by_flag, by_flag.test), ElementsAre(Named{"a.jpg", {"x"}}));
  files.write("labels.csv", "fname,labels,split\na.jpg,x,train\nb.jpg,y,val\nc.jpg,y,test\n");
  const Dataset by_word = read(files.path());
  EXPECT_THAT(named(by_word, by_word.validation), ElementsAre(Named{"b.jpg", {"y"}}));
  files.write("labels.csv", "fname,labels,split\na.jpg,x,7th\n");
  expect_refused(files.path(), AllOf(HasSubstr("line 2 of "), HasSubstr("the split \"7th\"")));
}

TEST(Csv, ListingsOfOneImageAreJoined) {
  const LayoutFiles files;
  files.write("all.csv", "path,label\na.jpg,sky\na.jpg,sea\n./a.jpg,sky\n");
  const Dataset dataset = read_whole(files.path("all.csv"));
  EXPECT_THAT(named(dataset, dataset.train), ElementsAre(Named{"a.jpg", {"sky", "sea"}}));
  EXPECT_EQ(dataset.repeated_images, 2);
}

TEST(Csv, LabelsOfTwoTablesAreMatchedByNameWhateverTheOrderOfTheColumns) {
  const LayoutFiles files;
  files.write("train.csv", "id,cat,dog\na.jpg,1,0\n");
  files.write("test.csv", "id,dog,cat\nb.jpg,1,0\n");
  const Dataset dataset = read(files.path());
  EXPECT_THAT(named(dataset, dataset.train), ElementsAre(Named{"a.jpg", {"cat"}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"b.jpg", {"dog"}}));
}

TEST(Csv, AnAbsolutePathIsReadWhereItLeadsBelowTheTable) {
  const LayoutFiles files;
  files.write("all.csv", files.path("in/a.jpg").string() + ",x\n");
  EXPECT_EQ(read_whole(files.path("all.csv")).train.front().image_name, "in/a.jpg");
  files.write("all.csv", "/etc/a.jpg,x\n");
  expect_refused(files.path("all.csv"), AllOf(HasSubstr("line 1 of "), HasSubstr("\"/etc/a.jpg\"")));
}

TEST(Csv, NamesTheLineThatIsWrong) {
  expect_table_refused("path,labels\na.jpg,x\nb.jpg,\"x\nc.jpg,y\n",
                       AllOf(HasSubstr("line 3 of "), HasSubstr("quote")));
  expect_table_refused("path,labels\na.jpg,x,y\n", AllOf(HasSubstr("line 2 of "), HasSubstr("3 fields")));
  expect_table_refused("path,labels\na.jpg,caf\xE9\n", AllOf(HasSubstr("line 2 of "), HasSubstr("UTF-8")));
  expect_table_refused("path,age,cat\na.jpg,53,1\n",
                       AllOf(HasSubstr("\"age\""), HasSubstr("\"53\" (line 2 of ")));
  expect_table_refused("path,labels\n../a.jpg,x\n",
                       AllOf(HasSubstr("line 2 of "), HasSubstr("\"../a.jpg\"")));
  expect_table_refused("path\na.jpg\n", HasSubstr("has no column of labels"));
  expect_table_refused("path,labels\n", HasSubstr("nothing to learn"));
  expect_table_refused("PK\x03\x04", HasSubstr("it is a zip archive"));
  expect_table_refused("", HasSubstr("it is an empty file"));
}

TEST(Csv, LinesThatEndWithReturnsAloneAreRefusedInASentence) {
  expect_table_refused(
      "path,labels\ra.jpg,sky\rb.jpg,sea\r",
      AllOf(HasSubstr("the lines of"), HasSubstr("all.csv end with carriage returns alone")));
}

TEST(Csv, TablesWhoseNamesSayNoSplitAreRefusedTogether) {
  const LayoutFiles files;
  files.write("one.csv", "a.jpg,x\n");
  files.write("two.csv", "b.jpg,x\n");
  expect_refused(files.path(),
                 AllOf(HasSubstr("one.csv"), HasSubstr("two.csv"), HasSubstr("call them train and test")));
}

}  // namespace
}  // namespace tagloom::datasets
