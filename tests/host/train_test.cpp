/// Training as a library call, on a world in which features tell the labels.

#include "training/train.hpp"

#include "checkpoint/checkpoint.hpp"
#include "evaluation/compare.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "support/stop_note.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>

namespace tagloom::training {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

struct Recipe {
  std::string name;
  models::ModelSpec model;
  std::string loss = "cross_entropy";
};

void PrintTo(const Recipe& recipe, std::ostream* stream) {
  *stream << recipe.name;
}

class EveryMethod : public ::testing::TestWithParam<Recipe> {};

INSTANTIATE_TEST_SUITE_P(, EveryMethod,
                         ::testing::Values(Recipe{"ria", kRia}, Recipe{"sr_cnn_rnn", kSr},
                                           Recipe{"attention", kAttention},
                                           Recipe{"attention_mla", kAttention, "mla"},
                                           Recipe{"attention_pla", kAttention, "pla"},
                                           Recipe{"ria_mla", kRia, "mla"}, Recipe{"classifier", kClassifier},
                                           Recipe{"attention_pooled", {.classifier = "attention_pooled"}}),
                         [](const auto& recipe) { return recipe.param.name; });

TEST_P(EveryMethod, LearnsWhatFeaturesTellAndBeatsTheMostFrequentLabels) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", GetParam().model);
  config.loss = GetParam().loss;
  config.epochs = 30;
  config.concept_epochs = 30;
  const TrainResult result = train(config, registry(), {});
  EXPECT_TRUE(result.finished);
  for (const std::int64_t width : {1, 4}) {
    const auto comparison = evaluation::compare({.data = config.data,
                                                 .caches = config.caches,
                                                 .checkpoints = {config.output},
                                                 .search = {.beam_width = width},
                                                 .device = "cpu"},
                                                registry(), [](const evaluation::ScoredSplit&) {});
    ASSERT_EQ(comparison.rows.size(), 2U)
        << (comparison.failures.empty() ? "" : comparison.failures[0].sentence);
    const auto& baseline = comparison.rows[0].metrics;
    const auto& model = comparison.rows[1].metrics;
    EXPECT_GT(model.per_class.f1, baseline.per_class.f1 + 0.2);
    EXPECT_GT(model.micro.f1, baseline.micro.f1 + 0.1);
    EXPECT_GT(model.mean_average_precision, 0.4);
  }
}

TEST(Comparing, RefusesToRecordOnACpuBeforeItScores) {
  evaluation::CompareConfig config;
  config.data = world().data();
  config.caches = {world().cache()};
  config.checkpoints = {"never read"};
  config.device = "cpu";
  config.cuda_graph = runtime::CudaGraph::on;
  EXPECT_THAT(
      [&] { (void)evaluation::compare(config, registry(), [](const auto&) {}); },
      ThrowsMessage<UsageError>(HasSubstr("--cuda-graph on cannot be kept here: the device is no GPU")));
}

TEST(Comparing, StopsBetweenCheckpointsWithTheRowsItHas) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  train(config, registry(), {});
  bool scored = false;
  const auto comparison =
      evaluation::compare({.data = config.data,
                           .caches = config.caches,
                           .checkpoints = {config.output, config.output},
                           .device = "cpu",
                           .stop = [&] { return scored; }},
                          registry(), [&](const evaluation::ScoredSplit&) { scored = true; });
  EXPECT_EQ(comparison.rows.size(), 2U);
  ASSERT_EQ(comparison.failures.size(), 1U);
  EXPECT_THAT(comparison.failures[0].sentence, ::testing::StartsWith("stopped before "));
}

TEST(Comparing, HearsASignalInTheMiddleOfACheckpointAndKeepsTheRowsItHas) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  train(config, registry(), {});
  const tagloom::testing::NoStopNoteAfterwards none_afterwards;
  // The baseline is scored, and the checkpoint is to be predicted next.
  const auto comparison = evaluation::compare(
      {.data = config.data, .caches = config.caches, .checkpoints = {config.output}, .device = "cpu"},
      registry(), [](const evaluation::ScoredSplit&) { request_stop(SIGTERM); });
  EXPECT_TRUE(comparison.stopped);
  EXPECT_EQ(comparison.rows.size(), 1U);
  ASSERT_EQ(comparison.failures.size(), 1U);
  EXPECT_THAT(comparison.failures[0].sentence, HasSubstr("m.safetensors was scored; give it"));
}

/// Stops after `steps`, goes on, and stops and goes on again until the run is whole.
void train_in_pieces(TrainConfig config, int steps) {
  while (true) {
    int left = steps;
    const TrainListener listener{.stop = [&left] { return --left == 0; }};
    if (train(config, registry(), listener).finished) return;
    config.resume = true;
  }
}

void expect_pieces_equal_whole(TrainConfig config, const std::filesystem::path& folder) {
  const OneThread one;
  config.output = folder / "whole.safetensors";
  ASSERT_TRUE(train(config, registry(), {}).finished);
  const std::string whole = content(config.output);
  const std::string log = tagloom::testing::read_text(config.output.string() + ".log.csv");
  for (const int steps : {5, 23}) {
    config.output = folder / "pieces.safetensors";
    train_in_pieces(config, steps);
    EXPECT_EQ(content(config.output), whole) << "in pieces of " << steps << " steps";
    EXPECT_EQ(std::ranges::count(tagloom::testing::read_text(config.output.string() + ".log.csv"), '\n'),
              std::ranges::count(log, '\n'));
    EXPECT_FALSE(std::filesystem::exists(config.output.string() + ".state"));
  }
}

TEST_P(EveryMethod, AnInterruptedRunEndsBitForBitAsAnUninterruptedOne) {
  const TemporaryFolder folder;
  TrainConfig config = small({}, GetParam().model);
  config.loss = GetParam().loss;
  config.ordering = "random";
  expect_pieces_equal_whole(config, folder.path());
}

TEST(Training, ResumesWithAveragesViewsClippingAndScheduledSampling) {
  const TemporaryFolder folder;
  TrainConfig config = small({}, kRia);
  config.views = {world().flipped()};
  config.clip_norm = 0.5;
  config.average_decay = 0.9;
  config.scheduled_sampling = 0.5;
  expect_pieces_equal_whole(config, folder.path());
}

TEST(Training, APluginThatFailsIsNamedAndTheStepsBeforeItAreKept) {
  const OneThread one;
  const TemporaryFolder folder;
  const registry::Registry with_fixture({TAGLOOM_TEST_PLUGINS, TAGLOOM_TEST_FIXTURES "/breaks"});
  TrainConfig config = small(folder / "whole.safetensors", {.classifier = "breaks"});
  ASSERT_TRUE(train(config, with_fixture, {}).finished);
  const std::string whole = content(config.output);

  config.output = folder / "broken.safetensors";
  const TrainListener breaks_it{
      .step = [](auto...) { setenv("TAGLOOM_FIXTURE_BREAKS", "the fixture broke", 1); }};
  EXPECT_THAT(
      [&] { train(config, with_fixture, breaks_it); },
      ThrowsMessage<Error>(AllOf(HasSubstr("classifier breaks with the loss soft_margin: the fixture broke"),
                                 HasSubstr("--resume"))));
  unsetenv("TAGLOOM_FIXTURE_BREAKS");
  config.resume = true;
  ASSERT_TRUE(train(config, with_fixture, {}).finished);
  EXPECT_EQ(content(config.output), whole);
}

TEST(Training, AResumedRunMustBeConfiguredAsItWasBegun) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  ASSERT_FALSE(train(config, registry(), {.stop = [] { return true; }}).finished);
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<UsageError>(AllOf(HasSubstr(".state"), HasSubstr("--resume"))));
  config.resume = true;
  config.batch = 16;
  EXPECT_THAT([&] { train(config, registry(), {}); }, ThrowsMessage<DataError>(HasSubstr("batch 8, not 16")));
  config.batch = 8;
  config.seed += 1;
  EXPECT_THAT([&] { train(config, registry(), {}); }, ThrowsMessage<DataError>(HasSubstr("with seed")));
  config.output = folder / "other.safetensors";
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("no interrupted run to resume")));
}

TEST(Training, IsNotResumedWithoutItsBestCheckpoint) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  bool scored = false;
  const TrainListener until_scored{.epoch = [&](const EpochReport&) { scored = true; },
                                   .stop = [&] { return scored; }};
  ASSERT_FALSE(train(config, registry(), until_scored).finished);
  ASSERT_TRUE(std::filesystem::remove(config.output));
  config.resume = true;
  EXPECT_THAT([&] { train(config, registry(), {}); }, ThrowsMessage<DataError>(HasSubstr("is gone")));
}

TEST(Training, IsNotResumedOnOtherLabels) {
  const TemporaryFolder folder;
  std::filesystem::copy(world().data(), folder / "data", std::filesystem::copy_options::recursive);
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.data = folder / "data";
  ASSERT_FALSE(train(config, registry(), {.stop = [] { return true; }}).finished);
  auto json = tagloom::testing::read_json(folder / "data" / "train.json");
  json.at("samples").erase(3);
  tagloom::testing::write_text(folder / "data" / "train.json", json.dump());
  config.resume = true;
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("labels_fingerprint")));
}

TEST(Training, ADamagedStateIsRefusedInOneSentence) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  ASSERT_FALSE(train(config, registry(), {.stop = [] { return true; }}).finished);
  config.resume = true;
  const std::string state = config.output.string() + ".state";
  const std::string whole = tagloom::testing::read_text(state);
  for (const std::size_t kept : {std::size_t{0}, std::size_t{5}, whole.size() / 2, whole.size() - 1}) {
    tagloom::testing::write_text(state, whole.substr(0, kept));
    EXPECT_THAT([&] { train(config, registry(), {}); }, ThrowsMessage<DataError>(HasSubstr("delete it")))
        << kept << " bytes";
  }
  std::filesystem::copy_file(tagloom::testing::test_data("checkpoint_format1.safetensors"), state,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT([&] { train(config, registry(), {}); }, ThrowsMessage<DataError>(HasSubstr("no state")));
}

std::vector<EpochReport> epochs_of(const TrainConfig& config) {
  std::vector<EpochReport> reports;
  train(config, registry(), {.epoch = [&](const EpochReport& report) { reports.push_back(report); }});
  return reports;
}

TEST(Training, TheConceptLayerHasAStageOfItsOwn) {
  const TemporaryFolder folder;
  const auto reports = epochs_of(small(folder / "m.safetensors", kSr));
  ASSERT_EQ(reports.size(), 5U);
  EXPECT_EQ(reports[1].stage, "concepts");
  EXPECT_EQ(reports[2].stage, "labels");
  EXPECT_FALSE(reports[1].best);
  EXPECT_TRUE(reports[2].best);
}

TEST(Training, AFrozenConceptLayerStaysAsItsStageLeftIt) {
  const TemporaryFolder folder;
  const auto concept_weights = [&](std::int64_t epochs) {
    TrainConfig config = small(folder / "m.safetensors", kSr);
    config.concept_weight = 0;
    config.epochs = epochs;
    train(config, registry(), {});
    NamedTensors weights = read_weights(config.output);
    std::erase_if(weights, [](const auto& named) { return !named.first.starts_with("classifier."); });
    return fingerprint(weights);
  };
  EXPECT_EQ(concept_weights(1), concept_weights(3));
}

TEST(Training, EndsAfterSomeOfThePlannedEpochsWithTheScheduleOfAll) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 6;
  const auto planned = epochs_of(config);
  config.stop_after = 2;
  const auto stopped = epochs_of(config);
  ASSERT_EQ(stopped.size(), 2U);
  EXPECT_EQ(stopped[1].learning_rate, planned[1].learning_rate);
}

TEST(Training, PatienceEndsARunThatNoLongerGains) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.learning_rate = 1e-12;
  config.epochs = 30;
  config.patience = 3;
  EXPECT_LT(epochs_of(config).size(), 12U);
}

TEST(Training, MayBeSelectedOnTestAndSaysSo) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.select_on = evaluation::SelectOn::test;
  config.validation = 0;
  const auto reports = epochs_of(config);
  EXPECT_EQ(reports[0].selection.images, 60);
  const auto record = checkpoint::read_checkpoint(config.output).record;
  EXPECT_EQ(record.at("select_on"), "test");
  EXPECT_EQ(record.at("train_images"), "180");
}

TEST(Training, Bfloat16ProductsLearnAsWell) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 25;
  const double full = train(config, registry(), {}).best_score;
  config.precision = runtime::Precision::bfloat16;
  EXPECT_NEAR(train(config, registry(), {}).best_score, full, 0.15);
}

TEST(Training, ResidentFeaturesAreTheStreamedOnes) {
  const TemporaryFolder folder;
  const OneThread one;
  TrainConfig config = small(folder / "m.safetensors", kAttention);
  config.views = {world().flipped()};
  config.precision = runtime::Precision::bfloat16;
  train(config, registry(), {});
  const std::string streamed = content(config.output);
  config.residency = Residency::yes;
  std::string notes;
  train(config, registry(), {.note = [&](const std::string& note) { notes += note; }});
  EXPECT_EQ(content(config.output), streamed);
  EXPECT_THAT(notes, HasSubstr("resident on cpu"));
}

TEST(Training, AClassifiersFittedThresholdsAreStoredWithIt) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kClassifier);
  config.threshold.fixed.reset();
  train(config, registry(), {});
  const auto thresholds = checkpoint::read_checkpoint(config.output).thresholds;
  ASSERT_EQ(thresholds.size(), 24U);
  EXPECT_NE(thresholds[0], thresholds[1]);
}

TEST(Training, RefusesWhatDoesNotGoTogether) {
  const auto refusal = [](const models::ModelSpec& model, const auto& change) {
    TrainConfig config = small("unused", model);
    change(config);
    try {
      train(config, registry(), {});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("nothing was thrown");
  };
  const auto nothing = [](TrainConfig&) {};
  EXPECT_THAT(refusal({.decoder = "sr_cnn_rnn"}, nothing), HasSubstr("give --classifier linear"));
  EXPECT_THAT(refusal({.classifier = "linear", .decoder = "ria"}, nothing), HasSubstr("reads no concepts"));
  EXPECT_THAT(refusal(kRia,
                      [](TrainConfig& config) {
                        config.loss = "mla";
                        config.scheduled_sampling = 0.5;
                      }),
              HasSubstr("its own tokens"));
  EXPECT_THAT(refusal(kClassifier, [](TrainConfig& config) { config.threshold.fixed = 2; }),
              HasSubstr("--threshold is 2"));
  EXPECT_THAT(refusal(kRia, [](TrainConfig& config) { config.views = config.caches; }),
              HasSubstr("is no other view"));
  EXPECT_THAT(refusal(kRia, [](TrainConfig& config) { config.caches = {world().flipped()}; }),
              HasSubstr("--view"));
  EXPECT_THAT(refusal(kRia, [](TrainConfig& config) { config.cuda_graph = runtime::CudaGraph::on; }),
              HasSubstr("the device is no GPU"));
}

}  // namespace
}  // namespace tagloom::training
