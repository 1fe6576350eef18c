/// Every wait of the program, and what signals do to it (docs/exit-status.md).

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::ProcessResult;
using testing::run_shell;
using testing::RunningTagloom;
using testing::TemporaryFolder;

/// A second is what is promised, and training has five for a step. No promise is measured here, where
/// machines do much else: what hears no signal never ends.
constexpr std::chrono::seconds kPatience{30};

std::vector<std::string> with_more(std::vector<std::string> arguments, std::vector<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// 200 MB of word vectors.
std::string large_vectors(const TemporaryFolder& folder) {
  const std::string path = folder / "vectors.txt";
  std::ofstream file(path);
  std::string numbers;
  for (int i = 0; i < 300; ++i)
    numbers += " 0.12345";
  for (int word = 0; word < 80'000; ++word)
    file << "word" << word << numbers << '\n';
  return path;
}

/// One of the places where the program spends or waits for time.
struct Wait {
  const char* name;
  /// Arguments, given a folder for what they need.
  std::function<std::vector<std::string>(const TemporaryFolder&)> arguments;
  /// Whether the program is there.
  std::function<bool(const RunningTagloom&, const TemporaryFolder&)> is_there;
  /// Its number among two processes that are to meet; the other one is never started.
  std::optional<int> rank = {};
};

/// Longer than any test.
std::vector<std::string> endless_training(const TemporaryFolder& folder) {
  auto arguments = journey().train(folder / "m.safetensors");
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i] == "--epochs") arguments[i + 1] = "100000";
  }
  return arguments;
}

const Wait kWaits[] = {
    {"ReadingWordVectors",
     [](const TemporaryFolder& folder) {
       return with_more(endless_training(folder), {"--glove", large_vectors(folder)});
     },
     [](const RunningTagloom& process, const TemporaryFolder& folder) {
       return process.has_open(folder / "vectors.txt");
     }},
    {"DecodingAndEncoding",
     [](const TemporaryFolder& folder) {
       return with_more(journey().build(folder / "f.h5"), {"--set", "encoder.image_size=448"});
     },
     [](const RunningTagloom& process, const TemporaryFolder&) { return process.has_thread("keeps-work"); }},
    {"Training", endless_training,
     [](const RunningTagloom& process, const TemporaryFolder&) {
       return process.printed().find("epoch   1") != std::string::npos;
     }},
    {"Evaluating",
     [](const TemporaryFolder&) {
       return std::vector<std::string>{"evaluate",      journey().model, "--data", journey().data, "--cache",
                                       journey().cache, "--beam",        "100",    "--split",      "train"};
     },
     [](const RunningTagloom& process, const TemporaryFolder&) { return process.has_open(journey().cache); }},
    {"DrawingTheDemoSet",
     [](const TemporaryFolder& folder) {
       return std::vector<std::string>{"dataset", "demo", folder / "demo", "--count", "100000"};
     },
     [](const RunningTagloom&, const TemporaryFolder& folder) {
       return std::filesystem::exists(folder / "demo.partial");
     }},
    {"MeetingAsTheFirst", endless_training,
     [](const RunningTagloom& process, const TemporaryFolder&) { return process.has_open("socket:"); },
     /*rank=*/0},
};

class EveryWait : public ::testing::TestWithParam<Wait> {};

TEST_P(EveryWait, EndsWhenASignalComes) {
  const Wait& wait = GetParam();
  if (wait.rank) SKIP_WITHOUT_GLOO();
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    RunningTagloom process(wait.arguments(folder),
                           wait.rank ? testing::launched(*wait.rank, 2, testing::free_port())
                                     : std::map<std::string, std::string>());
    ASSERT_TRUE(process.wait_until([&] { return wait.is_there(process, folder); }))
        << process.ends_within(kPatience)->err;
    process.send(signal);
    const auto result = process.ends_within(kPatience);
    ASSERT_TRUE(result) << "still running";
    EXPECT_EQ(result->status, 128 + signal) << result->err;
    EXPECT_THAT(result->err, AllOf(HasSubstr("stopped"), HasSubstr(".\n")));
  }
}

INSTANTIATE_TEST_SUITE_P(Stopping, EveryWait, ::testing::ValuesIn(kWaits),
                         [](const auto& wait) { return std::string(wait.param.name); });

/// It meets somebody who takes the connection and never answers: where nobody listens, its sockets are there
/// for moments only.
TEST(Stopping, AProcessThatMeetsTheFirstEndsWhenASignalComes) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  testing::Listener silent;
  RunningTagloom process(endless_training(folder), testing::launched(1, 2, silent.port()));
  silent.wait_for_guest();
  process.send(SIGTERM);
  const auto result = process.ends_within(kPatience);
  ASSERT_TRUE(result) << "still running";
  EXPECT_EQ(result->status, 128 + SIGTERM) << result->err;
  EXPECT_THAT(result->err, AllOf(HasSubstr("stopped"), HasSubstr(".\n")));
}

/// Runs a build of the cache, sends the signals once it has begun, and returns how it ended.
ProcessResult stopped_build(const std::string& out, const std::vector<int>& signals) {
  RunningTagloom process(journey().build(out));
  EXPECT_TRUE(process.wait_until([&] { return process.has_thread("keeps-work"); }));
  for (const int signal : signals)
    process.send(signal);
  const auto result = process.ends_within(kPatience);
  EXPECT_TRUE(result) << "still running";
  return result.value_or(ProcessResult());
}

TEST(Stopping, WhatBatchSystemsSendIsLikeCtrlC) {
  for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU}) {
    const TemporaryFolder folder;
    const auto result = stopped_build(folder / "f.h5", {signal});
    EXPECT_EQ(result.status, 128 + signal) << result.err;
    EXPECT_THAT(result.err, HasSubstr("run the same command again"));
  }
}

/// As `timeout` and torchrun do.
TEST(Stopping, ASignalSentTwiceWithinAMomentCountsOnce) {
  const TemporaryFolder folder;
  const auto result = stopped_build(folder / "f.h5", {SIGINT, SIGTERM, SIGTERM});
  EXPECT_THAT(result.status, AnyOf(128 + SIGINT, 128 + SIGTERM)) << "two threads may take one each";
  EXPECT_THAT(result.err, HasSubstr("what is done is kept"));
  EXPECT_EQ(testing::run_tagloom(journey().build(folder / "f.h5")).status, 0);
}

TEST(Stopping, AHangUpThatNohupIgnoresIsIgnored) {
  const TemporaryFolder folder;
  const auto demo = folder / "demo";
  RunningTagloom process({"dataset", "demo", demo, "--count", "300"}, {}, /*ignored=*/SIGHUP);
  ASSERT_TRUE(process.wait_until([&] { return std::filesystem::exists(demo.string() + ".partial"); }));
  process.send(SIGHUP);
  const auto result = process.ends_within(std::chrono::minutes(2));
  ASSERT_TRUE(result) << "still running";
  EXPECT_EQ(result->status, 0) << result->err;
}

TEST(Stopping, AReaderThatLeavesEndsACommandLikeCtrlC) {
  const TemporaryFolder folder;
  std::string line = "set -o pipefail; \"$TAGLOOM\"";
  for (const std::string& argument : endless_training(folder))
    line += " '" + argument + "'";
  const auto trained = run_shell(line + " | head -n 1");
  EXPECT_EQ(trained.status, 128 + SIGPIPE) << trained.err;
  EXPECT_THAT(trained.err, AllOf(HasSubstr("stopped"), Not(HasSubstr("unexpected"))));

  const auto listed = run_shell("set -o pipefail; \"$TAGLOOM\" info | true");
  EXPECT_EQ(listed.status, 128 + SIGPIPE);
  EXPECT_THAT(listed.err, HasSubstr("nobody reads its standard output any longer."));
}

}  // namespace
}  // namespace tagloom
