/// Training and evaluating, stopped by a signal in the middle of what takes too long to be waited for. Each
/// runs in a process of its own, which ends.

#include "evaluation/compare.hpp"
#include "runtime/interrupt.hpp"
#include "support/fault.hpp"
#include "support/own_process.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/interrupt.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>
#include <unistd.h>

namespace tagloom::training {
namespace {

using tagloom::testing::TemporaryFolder;

[[noreturn]] void is_stopped_and_hangs() {
  request_stop(SIGTERM);
  while (true)
    pause();
}

class StoppedInAStepDeathTest : public tagloom::testing::OwnProcess {
 protected:
  TemporaryFolder folder_;
  TrainConfig config_ = small(folder_ / "m.safetensors", kRia);

  /// Hangs after `steps`.
  void train_and_hang(int steps) {
    runtime::watch_interrupts("tagloom train");
    train(config_, registry(), {.step = [&](auto&&...) {
            if (--steps == 0) is_stopped_and_hangs();
          }});
  }
};

TEST_F(StoppedInAStepDeathTest, TrainingEndsWithWhatWasSavedLast) {
  EXPECT_EXIT(train_and_hang(2), ::testing::ExitedWithCode(128 + SIGTERM),
              "tagloom train: stopped in the middle of a step; what .*m.safetensors.state holds stands: add "
              "--resume");
}

TEST_F(StoppedInAStepDeathTest, TrainingSaysThatNothingIsSavedWhereNothingIs) {
  EXPECT_EXIT(train_and_hang(1), ::testing::ExitedWithCode(128 + SIGTERM),
              "tagloom train: stopped in the first step, before anything was saved; give the same command");
}

TEST_F(StoppedInAStepDeathTest, TrainingDoesNotWaitForADiskThatDoesNotAnswer) {
  const auto train_on_a_hung_disk = [&] {
    runtime::watch_interrupts("tagloom train");
    std::optional<tagloom::testing::HungReads> hung;
    // Only the wait for features hears the signal.
    const TrainListener hangs{.step =
                                  [&](auto&&...) {
                                    if (hung) return;
                                    hung.emplace("features.h5");
                                    request_stop(SIGTERM);
                                  },
                              .stop = [] { return false; }};
    train(config_, registry(), hangs);
  };
  EXPECT_EXIT(train_on_a_hung_disk(), ::testing::ExitedWithCode(128 + SIGTERM),
              "m.safetensors.state holds stands: add --resume");
}

TEST_F(StoppedInAStepDeathTest, EvaluatingWritesTheRowsSoFar) {
  config_.epochs = 1;
  train(config_, registry(), {});
  int rows = 0;
  const auto compare = [&] {
    runtime::watch_interrupts("tagloom evaluate");
    evaluation::compare({.data = config_.data,
                         .caches = config_.caches,
                         .checkpoints = {config_.output, config_.output},
                         .device = "cpu",
                         .keep =
                             [](const evaluation::Comparison& so_far) {
                               return fmt::format("{} rows; {}", so_far.rows.size(),
                                                  so_far.failures.back().sentence);
                             }},
                        registry(), [&](const evaluation::ScoredSplit&) {
                          if (++rows == 2) is_stopped_and_hangs();
                        });
  };
  EXPECT_EXIT(compare(), ::testing::ExitedWithCode(128 + SIGTERM),
              "tagloom evaluate: 2 rows; stopped before .*m.safetensors was scored; give it and those after");
}

}  // namespace
}  // namespace tagloom::training
