/// What a run leaves on the disk when it is broken off, and that it can go on from there.

#include "checkpoint/checkpoint.hpp"
#include "support/fault.hpp"
#include "support/stop_note.hpp"
#include "training/save_schedule.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <stdexcept>

namespace tagloom::training {
namespace {

using tagloom::testing::Call;
using tagloom::testing::Fault;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

/// The checkpoint and the log of a run that nothing disturbs.
struct Undisturbed {
  std::string checkpoint;
  std::string log;
};

const Undisturbed& undisturbed() {
  static const Undisturbed made = [] {
    const OneThread one;
    const TemporaryFolder folder;
    const TrainConfig config = small(folder / "m.safetensors", kRia);
    train(config, registry(), {});
    return Undisturbed{content(config.output), log_without_seconds(config.output)};
  }();
  return made;
}

void expect_undisturbed(const TrainConfig& config) {
  EXPECT_EQ(content(config.output), undisturbed().checkpoint);
  EXPECT_EQ(log_without_seconds(config.output), undisturbed().log);
  EXPECT_FALSE(std::filesystem::exists(state_path(config)));
}

bool has_state(const TrainConfig& config) {
  return std::filesystem::exists(state_path(config));
}

/// Ends after so many epochs as Ctrl-C ends it.
void train_epochs(const TrainConfig& config, int epochs) {
  const TrainListener stops{.epoch = [&](const EpochReport&) { --epochs; },
                            .stop = [&] { return epochs <= 0; }};
  ASSERT_FALSE(train(config, registry(), stops).finished);
}

struct FailedWrite {
  std::string name;
  Call call;
  int error_number;
  std::string part_of_path;
  /// How many epochs are written before.
  std::size_t epochs;
};

void PrintTo(const FailedWrite& fault, std::ostream* stream) {
  *stream << fault.name;
}

class AFailedWrite : public ::testing::TestWithParam<FailedWrite> {};

INSTANTIATE_TEST_SUITE_P(, AFailedWrite,
                         ::testing::Values(FailedWrite{"of_the_first_checkpoint_on_a_full_disk", Call::write,
                                                       ENOSPC, "m.safetensors.partial", 0},
                                           FailedWrite{"of_the_first_checkpoint_without_permission",
                                                       Call::open, EACCES, "m.safetensors.partial", 0},
                                           FailedWrite{"of_a_later_checkpoint_on_a_broken_disk", Call::sync,
                                                       EIO, "m.safetensors.partial", 1},
                                           FailedWrite{"of_a_later_checkpoint_that_cannot_be_renamed",
                                                       Call::rename, EIO, "/m.safetensors", 1},
                                           FailedWrite{"of_the_log_on_a_full_disk", Call::write, ENOSPC,
                                                       ".log.csv", 1}),
                         [](const auto& fault) { return fault.param.name; });

TEST_P(AFailedWrite, IsSaidAndTheResumedRunEndsAsAnUndisturbedOne) {
  const OneThread one;
  const TemporaryFolder folder;
  const FailedWrite& failed = GetParam();
  TrainConfig config = small(folder / "m.safetensors", kRia);
  std::optional<Fault> fault;
  std::size_t epochs = 0;
  // A rename to the state's name holds the checkpoint's, too; it is made before the last step of an epoch.
  const TrainListener breaks{.epoch = [&](const EpochReport&) { ++epochs; },
                             .step =
                                 [&](std::int64_t, std::int64_t images, std::int64_t total) {
                                   if (epochs == failed.epochs && images == total)
                                     fault.emplace(failed.call, failed.error_number, failed.part_of_path);
                                 }};
  EXPECT_THAT([&] { train(config, registry(), breaks); },
              ThrowsMessage<Error>(AllOf(HasSubstr("cannot write "), HasSubstr("--resume"),
                                         Not(HasSubstr("?.")), Not(HasSubstr("cross_entropy")))));
  EXPECT_GT(Fault::strikes(), 0U);
  fault.reset();
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

TEST(Resuming, GoesOnFromTheStateBeforeWhereTheLastStepsCannotBeSaved) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  std::optional<Fault> full;
  const TrainListener breaks{.epoch = [&](const EpochReport&) { full.emplace(Call::write, ENOSPC); }};
  EXPECT_THAT([&] { train(config, registry(), breaks); },
              ThrowsMessage<Error>(AllOf(HasSubstr("No space left on device"),
                                         HasSubstr("The last steps cannot be saved; add --resume"))));
  full.reset();
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

/// A GPU that fails cannot be read any more: what is saved of the run is what was saved before.
TEST(Resuming, GoesOnFromTheStateBeforeWhereTheGpuFailed) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  std::optional<Fault> unreadable;
  const TrainListener fails{.step = [&, steps = 0](std::int64_t, std::int64_t, std::int64_t) mutable {
    if (++steps < 30) return;
    unreadable.emplace(Call::write, EIO);
    throw std::runtime_error("CUDA error: unspecified launch failure\nCompile with `TORCH_USE_CUDA_DSA`.");
  }};
  EXPECT_THAT(
      [&] { train(config, registry(), fails); },
      ThrowsMessage<Error>(AllOf(HasSubstr("The GPU failed while training: CUDA error: unspecified launch "
                                           "failure. See `nvidia-smi`"),
                                 HasSubstr("The last steps cannot be saved; add --resume to the same command "
                                           "to go on from where"),
                                 Not(HasSubstr("tagloom itself")))));
  unreadable.reset();
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

/// Thrown past all handlers, it leaves on the disk what SIGKILL leaves.
struct Kill {};

TEST(Resuming, KillsAtRandomMomentsChangeNothing) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  std::mt19937 random(17);
  int kills = 0;
  while (true) {
    config.resume = has_state(config);
    // A life has 54 steps and ends of epochs at most.
    int moments = std::uniform_int_distribution<int>(1, 70)(random);
    const auto pass = [&] {
      if (--moments == 0) throw Kill();
    };
    try {
      ASSERT_TRUE(
          train(config, registry(), {.epoch = [&](auto&&...) { pass(); }, .step = [&](auto&&...) { pass(); }})
              .finished);
      break;
    } catch (const Kill&) {
      ++kills;
    }
  }
  EXPECT_GT(kills, 0);
  expect_undisturbed(config);
}

TEST(Resuming, ARunThatIsKilledAfterItsFirstEpochNeedsNothingToBeDeleted) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  EXPECT_THROW(train(config, registry(), {.epoch = [](auto&&...) { throw Kill(); }}), Kill);
  ASSERT_TRUE(std::filesystem::exists(config.output));
  ASSERT_TRUE(has_state(config));
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

TEST(Resuming, ARunThatIsKilledBeforeItsFirstStepIsBegunAgain) {
  const OneThread one;
  const TemporaryFolder folder;
  const TrainConfig config = small(folder / "m.safetensors", kRia);
  EXPECT_THROW(train(config, registry(), {.note = [](auto&&...) { throw Kill(); }}), Kill);
  EXPECT_FALSE(has_state(config));
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

TEST(Resuming, ASignalIsHeardWhileAnEpochIsJudged) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  // The listener does not hear it: what does is the loop over the images that select.
  const TrainListener signalled{.step =
                                    [](std::int64_t, std::int64_t images, std::int64_t total) {
                                      if (images == total) request_stop(SIGTERM);
                                    },
                                .stop = [] { return false; }};
  {
    const tagloom::testing::NoStopNoteAfterwards none_afterwards;
    EXPECT_FALSE(train(config, registry(), signalled).finished);
  }
  EXPECT_FALSE(std::filesystem::exists(config.output));
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  expect_undisturbed(config);
}

void replace_by_copy(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

TEST(Resuming, RefusesACheckpointOfAnotherEpochThanItsBest) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 4;
  std::vector<std::int64_t> best;
  int epochs = 2;
  const TrainListener two{.epoch =
                              [&](const EpochReport& report) {
                                if (report.best) best.push_back(report.epoch);
                                if (--epochs == 1)
                                  replace_by_copy(config.output, folder / "first.safetensors");
                              },
                          .stop = [&] { return epochs <= 0; }};
  ASSERT_FALSE(train(config, registry(), two).finished);
  ASSERT_EQ(best, (std::vector<std::int64_t>{1, 2}));
  replace_by_copy(folder / "first.safetensors", config.output);
  config.resume = true;
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("it is of epoch 1, not of epoch 2. Put that one back")));
}

TEST(Resuming, RefusesACheckpointOfAnotherRun) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  TrainConfig other = config;
  other.output = folder / "other.safetensors";
  other.seed = 2;
  train_epochs(config, 1);
  train_epochs(other, 1);
  replace_by_copy(other.output, config.output);
  config.resume = true;
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("it is of a run with seed 2, not 1")));
}

TEST(Resuming, RefusesACheckpointWithAnotherScore) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  train_epochs(config, 1);
  auto checkpoint = checkpoint::read_checkpoint(config.output);
  checkpoint.record["selection_per_class_f1"] = "0.99";
  checkpoint::write_checkpoint(config.output, checkpoint);
  config.resume = true;
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("epoch 1 scored 0.9900 in it, and epoch 1 ")));
}

/// As a variable has it for a scope.
class AutomaticPrecision {
 public:
  explicit AutomaticPrecision(const char* type) { setenv("TAGLOOM_PRECISION", type, 1); }
  ~AutomaticPrecision() { unsetenv("TAGLOOM_PRECISION"); }
  AutomaticPrecision(const AutomaticPrecision&) = delete;
  AutomaticPrecision& operator=(const AutomaticPrecision&) = delete;
};

TEST(Resuming, KeepsToTheTypeOfProductsThatTheRunBeganWith) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.precision = runtime::Precision::automatic;
  {
    const AutomaticPrecision bfloat16("bfloat16");
    train_epochs(config, 1);
  }
  const AutomaticPrecision float32("float32");
  config.resume = true;
  EXPECT_TRUE(train(config, registry(), {}).finished);
  EXPECT_EQ(checkpoint::read_checkpoint(config.output).record.at("precision"), "bfloat16");
}

TEST(Resuming, RefusesAnotherTypeOfProductsThanTheRunBeganWith) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.precision = runtime::Precision::bfloat16;
  train_epochs(config, 1);
  config.resume = true;
  config.precision = runtime::Precision::float32;
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(HasSubstr("is of a run with precision bfloat16, not float32")));
}

TEST(Resuming, TwoRunsMayNotWriteOneCheckpoint) {
  const TemporaryFolder folder;
  const TrainConfig config = small(folder / "m.safetensors", kRia);
  bool tried = false;
  const TrainListener tries{.step = [&](auto&&...) {
    if (std::exchange(tried, true)) return;
    EXPECT_THAT(
        [&] { train(config, registry(), {}); },
        ThrowsMessage<DataError>(AllOf(HasSubstr("m.safetensors at this moment"), HasSubstr("--out"))));
  }};
  ASSERT_TRUE(train(config, registry(), tries).finished);
  EXPECT_FALSE(std::filesystem::exists(config.output.string() + ".lock"));
}

TEST(Resuming, ALockThatACrashLeftBehindIsInNobodysWay) {
  const TemporaryFolder folder;
  const TrainConfig config = small(folder / "m.safetensors", kRia);
  tagloom::testing::write_text(config.output.string() + ".lock", "17 12345 elsewhere\n");
  EXPECT_TRUE(train(config, registry(), {}).finished);
}

TEST(Resuming, TheLogNeverFollowsALink) {
  const TemporaryFolder folder;
  const TrainConfig config = small(folder / "m.safetensors", kRia);
  tagloom::testing::write_text(folder / "precious", "kept");
  std::filesystem::create_symlink(folder / "precious", config.output.string() + ".log.csv");
  ASSERT_TRUE(train(config, registry(), {}).finished);
  EXPECT_EQ(tagloom::testing::read_text(folder / "precious"), "kept");
  EXPECT_THAT(tagloom::testing::read_text(config.output.string() + ".log.csv"), HasSubstr("labels,3,"));
}

TEST(Resuming, TheStateIsSavedAfterTheFirstStepThenEverMoreRarely) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  SaveSchedule schedule;
  SaveSchedule::Clock::time_point now{};
  EXPECT_TRUE(schedule.is_due(now));
  for (const int pause : {1, 2, 4, 8, 16, 32, 60, 60}) {
    schedule.saved(now, now);
    EXPECT_FALSE(schedule.is_due(now + seconds(pause) - milliseconds(1)));
    now += seconds(pause);
    EXPECT_TRUE(schedule.is_due(now));
  }
}

TEST(Resuming, SavingTakesNoMoreThanATenthOfTheTime) {
  using std::chrono::milliseconds;
  SaveSchedule schedule;
  const SaveSchedule::Clock::time_point now{};
  schedule.saved(now - milliseconds(800), now);
  EXPECT_FALSE(schedule.is_due(now + milliseconds(7999)));
  EXPECT_TRUE(schedule.is_due(now + milliseconds(8000)));
  // Longer than the longest pause between quick ones.
  schedule.saved(now - std::chrono::seconds(20), now);
  EXPECT_FALSE(schedule.is_due(now + std::chrono::seconds(199)));
  EXPECT_TRUE(schedule.is_due(now + std::chrono::seconds(200)));
}

}  // namespace
}  // namespace tagloom::training
