#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string object(const std::string& name, const std::string& difficult = "0") {
  return "<object><name>" + name + "</name><difficult>" + difficult +
         "</difficult><part><name>head</name></part></object>";
}

std::string annotation(const std::string& objects) {
  return "<annotation>\n<filename>x.jpg</filename>\n" + objects + "\n</annotation>\n";
}

class Voc : public ::testing::Test {
 protected:
  Voc() {
    files_.write("Annotations/1.xml", annotation(object("person") + object("dog") + object("person")));
    files_.write("Annotations/2.xml", annotation(object("cat", "1") + object("dog")));
    files_.write("Annotations/3.xml", annotation(object("cat")));
    files_.write("Annotations/4.xml", annotation(""));
    files_.write("ImageSets/Main/train.txt", "1\n2\n");
    files_.write("ImageSets/Main/val.txt", "3\n");
    files_.write("ImageSets/Main/trainval.txt", "1\n2\n3\n");
    files_.write("ImageSets/Main/test.txt", "4\n");
    files_.write("ImageSets/Main/cat_train.txt", "1 -1\n2  1\n");
    files_.pictures({"JPEGImages/1.jpg", "JPEGImages/2.jpg", "JPEGImages/3.jpg", "JPEGImages/4.jpg"});
  }
  LayoutFiles files_;
};

TEST_F(Voc, IsReadWithItsThreeSplitsAndWithoutDifficultObjects) {
  const Dataset dataset = read(files_.path());
  EXPECT_EQ(dataset.layout, "voc");
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("cat", "dog", "person"));
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"1.jpg", {"person", "dog"}}, Named{"2.jpg", {"dog"}}));
  EXPECT_THAT(named(dataset, dataset.validation), ElementsAre(Named{"3.jpg", {"cat"}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"4.jpg", {}}));
  EXPECT_THAT(dataset.notes, ElementsAre(HasSubstr("1 objects of ")));
  EXPECT_NO_THROW(check_images(dataset));
}

TEST_F(Voc, TrainAndValTogetherAreReadWhereTheyAreNotApart) {
  for (const char* list : {"train.txt", "val.txt"})
    std::filesystem::remove(files_.path("ImageSets/Main") / list);
  EXPECT_EQ(read(files_.path()).train.size(), 3U);
}

TEST_F(Voc, WithoutListsAllAnnotationsAreRead) {
  std::filesystem::remove_all(files_.path("ImageSets"));
  EXPECT_EQ(read_whole(files_.path()).train.size(), 4U);
}

TEST_F(Voc, NamesTheLineOrObjectThatIsWrong) {
  files_.write("ImageSets/Main/val.txt", "3\n5\n");
  expect_refused(files_.path(),
                 AllOf(HasSubstr("line 2 of "), HasSubstr("val.txt names 5, but there is no")));
  files_.write("Annotations/5.xml", "<annotation>\n<object>");
  expect_refused(files_.path(), AllOf(HasSubstr("5.xml is no valid XML"), HasSubstr("line 2")));
  files_.write("Annotations/5.xml", "<html/>");
  expect_refused(files_.path(), HasSubstr("has no element <annotation>"));
  files_.write("Annotations/5.xml", annotation(object("dog") + "<object/>"));
  expect_refused(files_.path(), AllOf(HasSubstr("object 2 of "), HasSubstr("has no <name>")));
}

TEST_F(Voc, ANameThatLeadsOutOfTheFolderIsRefusedBeforeAnythingIsRead) {
  files_.write("elsewhere.xml", "no annotation");
  for (const std::string& name : {std::string("../elsewhere"), files_.path("elsewhere").string()}) {
    files_.write("ImageSets/Main/val.txt", name + "\n");
    expect_refused(files_.path(), AllOf(HasSubstr("line 1 of "), HasSubstr("names an image")));
  }
}

}  // namespace
}  // namespace tagloom::datasets
