/// The real program, killed while it trains.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// On one thread equal steps give equal bits.
const std::map<std::string, std::string> kOnOneThread = {{"OMP_NUM_THREADS", "1"}};

std::vector<std::string> training(const std::string& out) {
  auto arguments = journey().train(out);
  *(std::ranges::find(arguments, "--epochs") + 1) = "60";
  return arguments;
}

std::vector<std::string> begun_or_resumed(const std::string& out) {
  auto arguments = training(out);
  if (std::filesystem::exists(out + ".state")) arguments.emplace_back("--resume");
  return arguments;
}

/// Lets it live until it says that an epoch is done.
void kill_at(const std::string& out, const std::string& epoch) {
  Worker life(begun_or_resumed(out), kOnOneThread);
  ASSERT_TRUE(life.wait_for_line("epoch " + epoch + "/60")) << life.output();
  life.kill();
  EXPECT_EQ(life.status(), 128 + SIGKILL);
}

void expect_equal_bits(const std::string& a, const std::string& b) {
  const Safetensors one = read_safetensors(a);
  const Safetensors other = read_safetensors(b);
  ASSERT_EQ(one.tensors.size(), other.tensors.size());
  for (std::size_t i = 0; i < one.tensors.size(); ++i)
    EXPECT_TRUE(one.tensors[i].second.equal(other.tensors[i].second)) << one.tensors[i].first;
}

TEST(KilledTraining, EndsWithTheWeightsOfAnUndisturbedOne) {
  const TemporaryFolder folder;
  const std::string whole = folder / "whole.safetensors";
  const std::string killed = folder / "killed.safetensors";
  const ProcessResult undisturbed = run_tagloom(training(whole), kOnOneThread);
  ASSERT_EQ(undisturbed.status, 0) << undisturbed.err;
  for (const char* epoch : {"  1", "  2", "  9", " 23", " 41"})
    kill_at(killed, epoch);
  const ProcessResult last = run_tagloom(begun_or_resumed(killed), kOnOneThread);
  ASSERT_EQ(last.status, 0) << last.err;
  EXPECT_THAT(last.out, HasSubstr("Resuming in epoch"));
  expect_equal_bits(whole, killed);
  for (const char* left : {".state", ".lock", ".partial"})
    EXPECT_FALSE(std::filesystem::exists(killed + left)) << left;
}

TEST(KilledTraining, LeavesACheckpointThatIsNotTakenForAFinishedOne) {
  const TemporaryFolder folder;
  const std::string out = folder / "killed.safetensors";
  kill_at(out, "  1");
  const ProcessResult scored = run_tagloom({"evaluate", out, "--data", journey().data, "--cache",
                                            journey().cache, "--json", folder / "scores.json"});
  ASSERT_EQ(scored.status, 0) << scored.err;
  EXPECT_THAT(scored.out, AllOf(HasSubstr("killed.safetensors (epoch "), HasSubstr(" of 60, not finished)")));
  EXPECT_EQ(read_json(folder / "scores.json")["results"].back()["finished"], false);
}

TEST(KilledTraining, ASecondOneOfTheSameOutputIsRefused) {
  const TemporaryFolder folder;
  const std::string out = folder / "model.safetensors";
  auto arguments = training(out);
  *(std::ranges::find(arguments, "--epochs") + 1) = "100000";
  Worker first(arguments, {});
  ASSERT_TRUE(first.wait_for_line("Training ")) << first.output();
  const ProcessResult second = run_tagloom(training(out));
  EXPECT_EQ(second.status, 3);
  EXPECT_THAT(second.err, AllOf(HasSubstr("trains"), HasSubstr("at this moment; wait for it or end it")));
}

}  // namespace
}  // namespace tagloom::testing
