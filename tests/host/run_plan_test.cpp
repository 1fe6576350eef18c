/// How long a training run is, and when it is over.

#include "training/run_plan.hpp"

#include <gtest/gtest.h>

namespace tagloom::training {
namespace {

TEST(RunPlan, ALastBatchThatIsShortIsABatch) {
  EXPECT_EQ((RunPlan{.images = 64, .images_a_step = 32}).batches_an_epoch(), 2);
  EXPECT_EQ((RunPlan{.images = 65, .images_a_step = 32}).batches_an_epoch(), 3);
}

TEST(RunPlan, BeginsWithTheConceptsOnlyWhereADecoderReadsThem) {
  const TrainConfig config{.concept_epochs = 3, .epochs = 5};
  EXPECT_EQ(plan_run(config, 10, 2, /*two_stages=*/true).first_stage(), Stage::concepts);
  EXPECT_EQ(plan_run(config, 10, 2, /*two_stages=*/false).first_stage(), Stage::labels);
  EXPECT_EQ(plan_run({.concept_epochs = 0}, 10, 2, /*two_stages=*/true).first_stage(), Stage::labels);
}

TEST(RunPlan, StepsOfTheRunCountBothStages) {
  const RunPlan plan{.images = 10, .images_a_step = 2, .concept_epochs = 3, .epochs = 5};
  EXPECT_EQ(plan.steps_of_run({.stage = Stage::concepts, .step = 7}), 7);
  EXPECT_EQ(plan.steps_of_run({.stage = Stage::labels, .step = 7}), 3 * 5 + 7);
}

TEST(RunPlan, TheConceptsStageIsOverAfterItsEpochsAndTheRunIsNot) {
  const RunPlan plan{.concept_epochs = 3, .epochs = 1};
  EXPECT_FALSE(plan.stage_is_over({.stage = Stage::concepts, .epoch = 3}));
  EXPECT_TRUE(plan.stage_is_over({.stage = Stage::concepts, .epoch = 4}));
  EXPECT_FALSE(plan.is_over({.stage = Stage::concepts, .epoch = 4}));
}

TEST(RunPlan, IsOverAfterItsEpochsOrThoseItIsToStopAfter) {
  EXPECT_FALSE((RunPlan{.epochs = 5}).is_over({.epoch = 5}));
  EXPECT_TRUE((RunPlan{.epochs = 5}).is_over({.epoch = 6}));
  EXPECT_TRUE((RunPlan{.epochs = 5, .stop_after = 2}).is_over({.epoch = 3}));
  EXPECT_FALSE((RunPlan{.epochs = 5, .stop_after = 9}).is_over({.epoch = 5}));
  EXPECT_TRUE((RunPlan{.epochs = 5, .stop_after = 9}).is_over({.epoch = 6}));
}

TEST(RunPlan, PatienceCountsEpochsSinceTheBest) {
  const RunPlan plan{.epochs = 50, .patience = 3};
  EXPECT_FALSE(plan.is_over({.epoch = 7, .best_epoch = 4}));
  EXPECT_TRUE(plan.is_over({.epoch = 8, .best_epoch = 4}));
  EXPECT_FALSE(plan.is_over({.epoch = 30, .best_epoch = 0})) << "Nothing was best yet.";
}

}  // namespace
}  // namespace tagloom::training
