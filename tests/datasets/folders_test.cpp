#include "datasets/layout_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Folders, AreTheClassesOfThePicturesInThem) {
  const LayoutFiles files;
  files.pictures({"cat/2.jpg", "cat/1.JPG", "cat/notes.txt", "cat/.hidden.jpg", "dog/more/3.png"});
  const Dataset dataset = read_whole(files.path());
  EXPECT_EQ(dataset.layout, "folders");
  EXPECT_THAT(named(dataset, dataset.train),
              ElementsAre(Named{"cat/1.JPG", {"cat"}}, Named{"cat/2.jpg", {"cat"}},
                          Named{"dog/more/3.png", {"dog"}}));
  EXPECT_NO_THROW(check_images(dataset));
}

TEST(Folders, HoldPicturesOfEveryEndingAndNoneThatAreHidden) {
  const LayoutFiles files;
  files.pictures({"cat/1.jfif", "cat/2.PGM", "cat/@eaDir/1.jpg", "dog/3.jpe", "__MACOSX/3.jpg"});
  const Dataset dataset = read_whole(files.path(), "folders");
  EXPECT_THAT(
      named(dataset, dataset.train),
      ElementsAre(Named{"cat/1.jfif", {"cat"}}, Named{"cat/2.PGM", {"cat"}}, Named{"dog/3.jpe", {"dog"}}));
}

TEST(Folders, OfSplitsHoldTheClasses) {
  const LayoutFiles files;
  files.pictures({"train/cat/1.jpg", "train/dog/2.jpg", "val/cat/1.jpg", "test/dog/9.jpg"});
  const Dataset dataset = read(files.path());
  EXPECT_EQ(dataset.train.size(), 2U);
  EXPECT_THAT(named(dataset, dataset.validation), ElementsAre(Named{"val/cat/1.jpg", {"cat"}}));
  EXPECT_THAT(named(dataset, dataset.test), ElementsAre(Named{"test/dog/9.jpg", {"dog"}}));
}

TEST(Folders, WithoutPicturesAreNoDataSet) {
  const LayoutFiles files;
  files.pictures({"a/b.txt", "c/d.txt"});
  expect_refused(files.path(), HasSubstr(" is no data set of a layout that is read"));
  expect_refused(files.path(), HasSubstr("has no folder with pictures in it"), "folders");
}

}  // namespace
}  // namespace tagloom::datasets
