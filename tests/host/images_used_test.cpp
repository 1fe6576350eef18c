/// Which images training and scoring use, and what is said of them.

#include "checkpoint/checkpoint.hpp"
#include "evaluation/cached_images.hpp"
#include "evaluation/compare.hpp"
#include "evaluation/report.hpp"
#include "evaluation/score.hpp"
#include "evaluation/score_table.hpp"
#include "training/hindsight.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tagloom::training {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

/// The first `count` names of the test split.
std::set<std::string> test_images(std::size_t count) {
  std::set<std::string> names;
  for (const datasets::Sample& sample : datasets::read(world().data()).test)
    if (names.size() < count) names.insert(sample.image_name);
  return names;
}

std::set<std::string> train_images(std::size_t count) {
  std::set<std::string> names;
  for (const datasets::Sample& sample : datasets::read(world().data()).train)
    if (names.size() < count) names.insert(sample.image_name);
  return names;
}

/// A cache without the images named.
std::filesystem::path cache_without(const TemporaryFolder& folder, const std::set<std::string>& missing) {
  write_world_cache(world().data(), folder / "some.h5", {.image = [&](const std::string& name) {
                      return CachedImage{.is_there = !missing.contains(name), .hash = name};
                    }});
  return folder / "some.h5";
}

evaluation::CompareConfig scoring(const TrainConfig& config) {
  return {.data = config.data, .caches = config.caches, .checkpoints = {config.output}, .device = "cpu"};
}

evaluation::Comparison scored(const evaluation::CompareConfig& config) {
  return evaluation::compare(config, registry(), [](const evaluation::ScoredSplit&) {});
}

TEST(ImagesUsed, WithoutFeaturesAreLeftOutOfTrainingWhenAsked) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  config.caches = {cache_without(folder, train_images(7))};
  EXPECT_THAT(
      [&] { train(config, registry(), {}); },
      ThrowsMessage<DataError>(AllOf(HasSubstr("has no features of "), HasSubstr("--skip-unreadable"))));
  config.skip_unreadable = true;
  std::vector<std::string> warnings;
  train(config, registry(), {.warn = [&](const std::string& warning) { warnings.push_back(warning); }});
  EXPECT_THAT(
      warnings,
      ElementsAre(HasSubstr(
          "7 of the images of training and selection are left out: the cache has no features of them.")));
  const auto record = checkpoint::read_checkpoint(config.output).record;
  EXPECT_EQ(record.at("left_out"), "7");
  EXPECT_EQ(std::stoi(record.at("train_images")) + std::stoi(record.at("selection_images")), 180 - 7);
}

TEST(ImagesUsed, WithoutFeaturesAreLeftOutOfScoringWhenAsked) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  train(config, registry(), {});
  auto compared = scoring(config);
  compared.caches = {cache_without(folder, test_images(5))};
  auto comparison = scored(compared);
  ASSERT_EQ(comparison.failures.size(), 1U);
  EXPECT_THAT(comparison.failures[0].sentence, HasSubstr("--skip-unreadable"));
  compared.skip_unreadable = true;
  std::string warnings;
  compared.warn = [&](const std::string& warning) { warnings += warning; };
  comparison = scored(compared);
  ASSERT_EQ(comparison.rows.size(), 2U) << comparison.failures[0].sentence;
  EXPECT_EQ(comparison.rows[1].metrics.images, 55);
  EXPECT_EQ(comparison.rows[1].left_out, 5);
  EXPECT_THAT(warnings, HasSubstr("5 of the test images are left out"));
  evaluation::write_json(folder / "scores.json", comparison);
  EXPECT_EQ(tagloom::testing::read_json(folder / "scores.json")["results"][1]["left_out"], 5);
}

TEST(ImagesUsed, LeftOutAreSpokenOfByTheirNumber) {
  EXPECT_EQ(evaluation::left_out_note(1, "test images"),
            "1 of the test images is left out: the cache has no features of it.");
  EXPECT_EQ(evaluation::left_out_note(2, "test images"),
            "2 of the test images are left out: the cache has no features of them.");
}

TEST(ImagesUsed, AreFoundInWhicheverUnicodeSpellingTheCacheHas) {
  const TemporaryFolder folder;
  write_world_cache(world().data(), folder / "mac.h5", {.image = [](const std::string& name) {
                      return CachedImage{.prefix = "cafe\u0301_", .hash = name};
                    }});
  auto samples = datasets::read(world().data()).test;
  for (datasets::Sample& sample : samples)
    sample.image_name.insert(0, "caf\u00e9_");
  const featurecache::CacheReader cache(folder / "mac.h5");
  const std::vector<std::int64_t> rows = evaluation::rows_of(cache, samples);
  ASSERT_EQ(rows.size(), samples.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ("caf\u00e9_" + cache.hashes()[static_cast<std::size_t>(rows[i])], samples[i].image_name);
}

TEST(ImagesUsed, InTrainingAndTestAtOnceAreCountedInOneWarning) {
  const TemporaryFolder folder;
  const std::set<std::string> twins = test_images(3);
  const std::set<std::string> train_twins = train_images(3);
  write_world_cache(
      world().data(), folder / "twins.h5", {.image = [&](const std::string& name) {
        if (const auto twin = train_twins.find(name); twin != train_twins.end())
          return CachedImage{.hash = *std::next(twins.begin(), std::distance(train_twins.begin(), twin))};
        return CachedImage{.hash = name};
      }});
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  config.validation = 0;
  config.select_on = evaluation::SelectOn::test;
  config.caches = {folder / "twins.h5"};
  std::vector<std::string> warnings;
  train(config, registry(), {.warn = [&](const std::string& warning) { warnings.push_back(warning); }});
  EXPECT_THAT(warnings, Contains(HasSubstr("Of 180 training images 3 are also test images")).Times(1));
  auto compared = scoring(config);
  warnings.clear();
  compared.warn = [&](const std::string& warning) { warnings.push_back(warning); };
  (void)scored(compared);
  EXPECT_THAT(warnings, Contains(HasSubstr("Of 180 training images 3 are also test images")).Times(1));
}

TEST(ImagesUsed, OnlyOnceEachAreNoMatterOfWarning) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  std::vector<std::string> warnings;
  train(config, registry(), {.warn = [&](const std::string& warning) { warnings.push_back(warning); }});
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(ImagesUsed, AModelThatLearntNothingIsWarnedOf) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.learning_rate = 1e-12;
  std::string warnings;
  train(config, registry(), {.warn = [&](const std::string& warning) { warnings += warning; }});
  EXPECT_THAT(warnings, HasSubstr("The model learnt nothing: of 3 epochs epoch 1 is the best"));
}

/// What a run of three epochs on the demo set's labels is told whose second was the best, with a part of the
/// baseline's score.
std::string told_of(double part_of_baseline) {
  const TemporaryFolder folder;
  const Inputs inputs = read_inputs(small(folder / "m.safetensors", kRia));
  const std::int64_t count = evaluation::rounded_mean_labels(inputs.statistics, inputs.train_images());
  const std::vector<evaluation::Prediction> always(
      inputs.selection.size(), {.labels = evaluation::frequent_labels_baseline(inputs.statistics, count)});
  const double baseline = evaluation::score(inputs.selection, always, inputs.statistics).per_class.f1;
  return hindsight(inputs, {.finished = true, .best_epoch = 2, .best_score = part_of_baseline * baseline}, 3);
}

TEST(ImagesUsed, AModelClearlyBelowTheMostFrequentLabelsIsWarnedOfWhicheverEpochIsTheBest) {
  EXPECT_THAT(told_of(0.5), HasSubstr("The model learnt little: of 3 epochs epoch 2 is the best"));
  EXPECT_THAT(told_of(0.95), IsEmpty()) << "chance";
  EXPECT_THAT(told_of(1.5), IsEmpty());
}

TEST(ImagesUsed, AnUnfinishedRunsCheckpointIsCalledOneWhereverItIsCopied) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  bool scored_once = false;
  const TrainListener one{.epoch = [&](const EpochReport&) { scored_once = true; },
                          .stop = [&] { return scored_once; }};
  ASSERT_FALSE(train(config, registry(), one).finished);
  std::filesystem::copy_file(config.output, folder / "copy.safetensors");
  auto compared = scoring(config);
  compared.checkpoints = {folder / "copy.safetensors"};
  auto comparison = scored(compared);
  EXPECT_THAT(evaluation::table_line(comparison.rows[1], 80),
              HasSubstr("copy.safetensors (epoch 1 of 3, not finished)"));
  evaluation::write_json(folder / "scores.json", comparison);
  EXPECT_EQ(tagloom::testing::read_json(folder / "scores.json")["results"][1]["finished"], false);

  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  comparison = scored(scoring(config));
  EXPECT_EQ(comparison.rows[1].finished, true);
  EXPECT_THAT(evaluation::table_line(comparison.rows[1], 80), ::testing::Not(HasSubstr("not finished")));
  EXPECT_EQ(checkpoint::read_checkpoint(config.output).record.at("epochs_trained"), "3");
}

TEST(ImagesUsed, SequencesAreCutToTheMostLabelsAsked) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  config.max_labels = 2;
  train(config, registry(), {});
  const auto made = checkpoint::read_checkpoint(config.output);
  EXPECT_EQ(made.max_steps, 3);
  EXPECT_EQ(made.record.at("max_labels"), "2");
  const evaluation::Comparison comparison = scored(scoring(config));
  for (const auto& prediction : comparison.rows[1].predictions)
    EXPECT_LE(prediction.labels.size(), 2U);
}

}  // namespace
}  // namespace tagloom::training
