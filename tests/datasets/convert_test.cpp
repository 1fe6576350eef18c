#include "datasets/layout_files.hpp"

#include <tagloom/datasets/convert.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

class Convert : public ::testing::Test {
 protected:
  Convert() {
    files_.write(
        "in/labels.csv",
        "path,labels,split\na.jpg,sky;sea,train\nmore/b.jpg,,train\nc.jpg,sea,val\nd.jpg,moon,test\n");
    for (const char* name : {"a.jpg", "more/b.jpg", "c.jpg", "d.jpg"})
      files_.write(std::string("in/") + name, name);
  }
  [[nodiscard]] Dataset dataset() const { return read(files_.path("in")); }
  [[nodiscard]] fs::path out() const { return files_.path("out"); }

  LayoutFiles files_;
};

TEST_F(Convert, IsReadBackWithTheSameImagesLabelsAndSplits) {
  for (const auto transfer : {ImageTransfer::link, ImageTransfer::copy}) {
    write_corel5k(dataset(), out(), transfer);
    const Dataset before = dataset();
    const Dataset after = read(out());
    EXPECT_EQ(after.layout, "corel5k");
    EXPECT_EQ(after.vocabulary, before.vocabulary);
    EXPECT_EQ(named(after, after.train), named(before, before.train));
    EXPECT_EQ(named(after, after.validation), named(before, before.validation));
    EXPECT_EQ(named(after, after.test), named(before, before.test));
    EXPECT_NO_THROW(check_images(after));
    EXPECT_EQ(fs::is_symlink(out() / "images/more/b.jpg"), transfer == ImageTransfer::link);
    EXPECT_EQ(fs::file_size(out() / "images/more/b.jpg"), 10U);
    EXPECT_FALSE(fs::exists(files_.path("out.partial")));
    fs::remove_all(out());
  }
}

TEST_F(Convert, AHeldOutTestSplitIsThatOfTheConvertedSet) {
  files_.write("in/labels.csv", "a.jpg,sky\nmore/b.jpg,sky\nc.jpg,sea\nd.jpg,sea\n");
  const Dataset before = read(files_.path("in"), {.test_fraction = 0.5});
  write_corel5k(before, out());
  EXPECT_EQ(named(before, before.test), named(read(out()), read(out()).test));
  EXPECT_EQ(read(out()).held_out.fraction, 0);
}

TEST_F(Convert, NothingThatIsThereIsReplaced) {
  files_.write("out/mine.txt", "");
  EXPECT_THAT([&] { write_corel5k(dataset(), out()); },
              ThrowsMessage<DataError>(HasSubstr("exists already")));
  fs::remove_all(out());
  files_.write("out.partial/mine.txt", "");
  EXPECT_THAT([&] { write_corel5k(dataset(), out()); }, ThrowsMessage<DataError>(HasSubstr("out.partial")));
  EXPECT_TRUE(fs::exists(files_.path("out.partial/mine.txt")));
}

TEST_F(Convert, AnEmptyFolderIsFilledAndWhatAnInterruptedRunLeftIsRemoved) {
  fs::create_directory(out());
  files_.write("out.partial/converted.json", "{}");
  files_.write("out.partial/images/x.jpg", "");
  write_corel5k(dataset(), out());
  EXPECT_FALSE(fs::exists(out() / "images/x.jpg"));
  EXPECT_TRUE(fs::exists(out() / "train.json"));
}

TEST_F(Convert, AMissingImageIsRefusedAndLeavesNothing) {
  fs::remove(files_.path("in/d.jpg"));
  EXPECT_THAT([&] { write_corel5k(dataset(), out()); },
              ThrowsMessage<DataError>(HasSubstr("1 of 4 image files")));
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Convert, WhatCannotBeWrittenIsNotAlwaysForWantOfSpace) {
  for (const auto transfer : {ImageTransfer::link, ImageTransfer::copy})
    EXPECT_THAT([&] { write_corel5k(dataset(), files_.path("in/a.jpg/out"), transfer); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("Not a directory"), Not(HasSubstr("space")))));
}

}  // namespace
}  // namespace tagloom::datasets
