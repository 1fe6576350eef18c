/// A test split that the data set has not: the one that training holds out is the one that is scored.

#include "checkpoint/checkpoint.hpp"
#include "evaluation/compare.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/split.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tagloom::training {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

/// The world's labels in one file.
class HeldOut : public ::testing::Test {
 protected:
  HeldOut() {
    std::filesystem::create_directory(folder_ / "data");
    std::filesystem::copy_file(world().data() / "train.json", folder_ / "data/train.json");
  }
  [[nodiscard]] TrainConfig config() const {
    TrainConfig config = small(folder_ / "m.safetensors", kRia);
    config.data = folder_ / "data";
    return config;
  }
  [[nodiscard]] static evaluation::Comparison scored(const TrainConfig& config,
                                                     const std::vector<std::string>& splits = {"test"}) {
    return evaluation::compare({.data = config.data,
                                .caches = config.caches,
                                .checkpoints = {config.output},
                                .splits = splits,
                                .device = "cpu"},
                               registry(), [](const evaluation::ScoredSplit&) {});
  }
  TemporaryFolder folder_;
};

TEST_F(HeldOut, TheImagesThatTrainingHeldOutAreScored) {
  TrainConfig held_out = config();
  held_out.reading = {.test_fraction = 0.3, .split_seed = 4};
  std::vector<std::string> warnings;
  ASSERT_TRUE(
      train(held_out, registry(), {.warn = [&](const std::string& warning) { warnings.push_back(warning); }})
          .finished);
  EXPECT_THAT(warnings, Contains(HasSubstr("held out as one (--test-fraction 0.3 --split-seed 4)")));
  const checkpoint::Carving carving = checkpoint::read_checkpoint(held_out.output).validation;
  EXPECT_EQ(carving.test_fraction, 0.3);
  EXPECT_EQ(carving.test_seed, 4U);

  std::vector<std::string> names;
  for (const datasets::Sample& sample : datasets::read(held_out.data, held_out.reading).test)
    names.push_back(sample.image_name);
  const evaluation::Comparison comparison = scored(held_out);
  EXPECT_EQ(comparison.rows.back().image_names, names);
}

TEST_F(HeldOut, AStratifiedValidationSplitIsTheOneThatIsScored) {
  TrainConfig stratified = config();
  stratified.validation = 0.3;
  stratified.stratify = true;
  ASSERT_TRUE(train(stratified, registry(), {}).finished);
  EXPECT_TRUE(checkpoint::read_checkpoint(stratified.output).validation.stratified);
  std::vector<std::string> names;
  const datasets::Dataset carved = datasets::carve_validation(
      datasets::read(stratified.data, stratified.reading), 0.3, stratified.seed, datasets::Draw::stratified);
  for (const datasets::Sample& sample : carved.validation)
    names.push_back(sample.image_name);
  const evaluation::Comparison comparison = scored(stratified, {"validation"});
  const auto own = std::ranges::find_if(comparison.rows, [](const evaluation::ScoredSplit& row) {
    return row.split == "validation" && !row.method.empty();
  });
  ASSERT_NE(own, comparison.rows.end());
  EXPECT_EQ(own->image_names, names);
}

TEST_F(HeldOut, WithoutOneTheSentenceSaysThatThereIsNone) {
  TrainConfig whole = config();
  whole.reading.test_fraction = 0;
  ASSERT_TRUE(train(whole, registry(), {}).finished);
  EXPECT_EQ(checkpoint::read_checkpoint(whole.output).validation.test_fraction, 0);
  const evaluation::Comparison comparison = scored(whole);
  ASSERT_EQ(comparison.failures.size(), 1U);
  EXPECT_THAT(comparison.failures.front().sentence, HasSubstr("nor did its training hold out any"));
}

TEST_F(HeldOut, ADataSetWithoutTrainingImagesIsRefused) {
  std::filesystem::rename(folder_ / "data/train.json", folder_ / "data/test.json");
  EXPECT_THAT([&] { train(config(), registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("has no training images")));
}

}  // namespace
}  // namespace tagloom::training
