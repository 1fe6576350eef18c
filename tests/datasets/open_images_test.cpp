#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class OpenImages : public ::testing::Test {
 protected:
  OpenImages() {
    files_.write("train-annotations-human-imagelabels.csv",
                 "ImageID,Source,LabelName,Confidence\n"
                 "0a,verification,/m/cat,1\n0a,verification,/m/dog,0\n"
                 "0b,verification,/m/dog,1\n0a,verification,/m/jaguar2,1\n0c,verification,/m/cat,0\n");
    files_.write("validation-annotations-human-imagelabels.csv",
                 "ImageID,Source,LabelName,Confidence\n1a,verification,/m/jaguar1,1\n");
    files_.write("test-annotations-machine-imagelabels.csv",
                 "ImageID,Source,LabelName,Confidence\n2a,machine,/m/cat,0.9\n");
    files_.write("class-descriptions.csv",
                 "/m/cat,Cat\n/m/dog,\"Dog, big\"\n/m/jaguar1,Jaguar\n/m/jaguar2,Jaguar\n/m/none,Nothing\n");
    files_.pictures({"train/0a.jpg", "train/0b.jpg", "train/0c.jpg", "validation/1a.jpg"});
  }
  LayoutFiles files_;
};

TEST_F(OpenImages, IsReadWithNamesForPeopleAndWithoutWhatAnImageDoesNotShow) {
  const Dataset dataset = read(files_.path());
  EXPECT_EQ(dataset.layout, "openimages");
  EXPECT_THAT(dataset.vocabulary.labels(), ElementsAre("Cat", "Dog, big", "Jaguar", "Jaguar (/m/jaguar2)"));
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"train/0a.jpg", {"Cat", "Jaguar (/m/jaguar2)"}},
                          Named{"train/0b.jpg", {"Dog, big"}}, Named{"train/0c.jpg", {}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"validation/1a.jpg", {"Jaguar"}}));
  EXPECT_EQ(dataset.repeated_images, 0);
  EXPECT_NO_THROW(check_images(dataset));
}

TEST_F(OpenImages, LabelsOfAMachineCountFromAHalf) {
  const LayoutFiles files;
  files.write("labels.csv", "ImageID,Source,LabelName,Confidence\n0a,machine,cat,0.5\n0a,machine,dog,0.4\n");
  const Dataset dataset = read_whole(files.path("labels.csv"));
  EXPECT_EQ(dataset.layout, "openimages");
  EXPECT_THAT(named(dataset, dataset.train), ElementsAre(Named{"0a.jpg", {"cat"}}));
}

TEST_F(OpenImages, NamesTheLineThatIsWrong) {
  files_.write("train-annotations-human-imagelabels.csv",
               "ImageID,Source,LabelName,Confidence\n0a,verification,/m/cat,often\n");
  expect_refused(files_.path(), AllOf(HasSubstr("line 2 of "), HasSubstr("\"often\"")));
  files_.write("train-annotations-human-imagelabels.csv", "ImageID,Source,LabelName,Confidence\n0a\n");
  expect_refused(files_.path(), AllOf(HasSubstr("line 2 of "), HasSubstr("fewer fields")));
  files_.write("class-descriptions.csv", "/m/cat\n");
  expect_refused(files_.path(), AllOf(HasSubstr("line 1 of "), HasSubstr("class-descriptions.csv")));
}

}  // namespace
}  // namespace tagloom::datasets
