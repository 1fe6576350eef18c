#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/demo.hpp>
#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <malloc.h>
#include <string>
#include <sys/resource.h>

namespace tagloom::datasets {
namespace {

using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;

TEST(Demo, DefaultSetIsWholeAndLongTailed) {
  const TemporaryFolder folder;
  write_demo(folder / "demo");
  const auto dataset = read(folder / "demo");
  EXPECT_NO_THROW(check_images(dataset));
  const auto train = summarize(dataset.vocabulary, dataset.train);
  EXPECT_EQ(train.images, 300);
  EXPECT_EQ(dataset.test.size(), 100U);
  EXPECT_EQ(train.labels_without_image, 0);
  EXPECT_EQ(train.images_without_label, 0);
  EXPECT_EQ(train.most_labels, 5);
  EXPECT_GT(train.mean_labels, 3.0);
  const auto counts = label_statistics(dataset.vocabulary, dataset.train).counts;
  EXPECT_GT(std::ranges::max(counts), 200);
  EXPECT_LT(std::ranges::min(counts), 15);
  EXPECT_EQ(read_image(dataset.train[0].image_path).size(), cv::Size(160, 120));
}

TEST(Demo, LabelsOccurWhereTheyBelong) {
  const TemporaryFolder folder;
  write_demo(folder / "demo", {.images = 600, .width = 64, .height = 64});
  const auto dataset = read(folder / "demo");
  for (const auto& sample : dataset.train) {
    const auto has = [&](const char* label) {
      return std::ranges::find(sample.labels, dataset.vocabulary.index_of(label)) != sample.labels.end();
    };
    EXPECT_TRUE(!has("boat") || has("sea"));
    EXPECT_TRUE(!has("cactus") || has("desert"));
    EXPECT_TRUE(!has("car") || has("road"));
    EXPECT_TRUE(!has("sun") || has("sky"));
    EXPECT_TRUE(!has("moon") || has("night"));
    EXPECT_FALSE(has("sky") && has("night"));
  }
}

TEST(Demo, SameSeedSameBytes) {
  const TemporaryFolder folder;
  const DemoOptions small{.images = 6};
  write_demo(folder / "a", small);
  write_demo(folder / "b", small);
  write_demo(folder / "c", {.images = 6, .seed = 8});
  for (const auto* name : {"train.json", "test.json", "images/demo_00003.jpg"}) {
    EXPECT_EQ(read_text(folder.path() / "a" / name), read_text(folder.path() / "b" / name)) << name;
  }
  EXPECT_NE(read_text(folder.path() / "a/images/demo_00003.jpg"),
            read_text(folder.path() / "c/images/demo_00003.jpg"));
}

TEST(Demo, PicturesAreTheSameWhateverTheMemoryTheyAreDrawnInHeld) {
  const TemporaryFolder folder;
  for (const int held : {1, 255}) {
    mallopt(M_PERTURB, held);
    write_demo(folder / std::to_string(held), {.images = 40});
  }
  mallopt(M_PERTURB, 0);
  for (int image = 0; image < 40; ++image) {
    const std::string name = fmt::format("images/demo_{:05}.jpg", image);
    EXPECT_EQ(read_text(folder.path() / "1" / name), read_text(folder.path() / "255" / name)) << name;
  }
}

TEST(Demo, ReplacesADemoSetAndWhatAnInterruptedRunLeft) {
  const TemporaryFolder folder;
  write_demo(folder / "demo", {.images = 6});
  write_demo(folder / "demo.partial", {.images = 3});
  write_demo(std::filesystem::path(folder / "demo") / "", {.images = 4});
  EXPECT_EQ(read(folder / "demo").train.size(), 3U);
  EXPECT_FALSE(std::filesystem::exists(folder / "demo.partial"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "demo/images/demo_00005.jpg"));
}

TEST(Demo, ASetThatCannotBeWrittenLeavesTheOldOneAndNothingElse) {
  const TemporaryFolder folder;
  write_demo(folder / "demo", {.images = 6});
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 1500, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  EXPECT_THROW(write_demo(folder / "demo", {.images = 8}), DataError);
  setrlimit(RLIMIT_FSIZE, &before);
  (void)std::signal(SIGXFSZ, handler);
  EXPECT_EQ(read(folder / "demo").train.size() + read(folder / "demo").test.size(), 6U);
  EXPECT_FALSE(std::filesystem::exists(folder / "demo.partial"));
  EXPECT_FALSE(std::filesystem::exists(folder / "demo.replaced"));
}

TEST(Demo, LeavesOtherFoldersAndFilesAlone) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "work");
  write_text(folder.path() / "work/thesis.txt", "five years");
  EXPECT_THROW(write_demo(folder / "work", {.images = 4}), DataError);
  EXPECT_EQ(read_text(folder.path() / "work/thesis.txt"), "five years");
  write_text(folder / "file", "text");
  EXPECT_THROW(write_demo(folder / "file", {.images = 4}), DataError);
  std::filesystem::create_directories(folder / "empty");
  EXPECT_NO_THROW(write_demo(folder / "empty", {.images = 4}));
}

TEST(Demo, ASetThatHoldsSomethingElseIsNotReplaced) {
  const TemporaryFolder folder;
  for (const char* name : {"demo/model.safetensors", "demo/images/mine.jpg", "demo/runs/log"}) {
    write_demo(folder / "demo", {.images = 4});
    const std::filesystem::path added = folder / name;
    std::filesystem::create_directories(added.parent_path());
    write_text(added, "work");
    try {
      write_demo(folder / "demo", {.images = 4});
      ADD_FAILURE() << name;
    } catch (const DataError& error) {
      EXPECT_NE(std::string(error.what()).find("would be lost"), std::string::npos) << error.what();
    }
    EXPECT_EQ(read_text(added), "work");
    std::filesystem::remove_all(folder / "demo");
  }
}

TEST(Demo, RefusesOptionsOutOfRange) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_demo(folder / "demo", {.images = 1}), UsageError);
  EXPECT_THROW(write_demo(folder / "demo", {.test_fraction = 1.0}), UsageError);
  EXPECT_THROW(write_demo(folder / "demo", {.width = 10}), UsageError);
  EXPECT_FALSE(std::filesystem::exists(folder / "demo"));
}

}  // namespace
}  // namespace tagloom::datasets
