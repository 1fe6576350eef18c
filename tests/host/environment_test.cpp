/// Which process this is, as launchers say it.

#include "distributed/environment.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tagloom::distributed {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

Environment with(const std::map<std::string, std::string>& variables) {
  return environment([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  });
}

TEST(Environment, WithoutALauncherThereIsOneProcess) {
  EXPECT_EQ(with({}).size, 1);
  EXPECT_EQ(with({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).size, 1);
  EXPECT_EQ(with({{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "4"}}).size, 1) << "a batch job's own shell";
}

TEST(Environment, IsReadAsEveryLauncherWritesIt) {
  const std::map<std::string, std::string> meeting{{"MASTER_ADDR", "node1"}, {"MASTER_PORT", "1234"}};
  const std::map<std::string, std::string> launchers[] = {
      {{"RANK", "3"}, {"WORLD_SIZE", "4"}, {"LOCAL_RANK", "1"}},
      {{"OMPI_COMM_WORLD_RANK", "3"}, {"OMPI_COMM_WORLD_SIZE", "4"}, {"OMPI_COMM_WORLD_LOCAL_RANK", "1"}},
      {{"PMI_RANK", "3"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "1"}},
      {{"SLURM_PROCID", "3"}, {"SLURM_NTASKS", "4"}, {"SLURM_LOCALID", "1"}, {"SLURM_STEP_ID", "0"}}};
  for (auto variables : launchers) {
    variables.insert(meeting.begin(), meeting.end());
    const Environment read = with(variables);
    EXPECT_EQ(read.rank, 3);
    EXPECT_EQ(read.size, 4);
    EXPECT_EQ(read.local_rank, 1);
    EXPECT_EQ(read.address, "node1");
    EXPECT_EQ(read.port, 1234);
  }
}

TEST(Environment, UnderTorchrunThePortBesideItsOwnIsTheMeetingPoint) {
  EXPECT_EQ(with({{"RANK", "0"},
                  {"WORLD_SIZE", "2"},
                  {"MASTER_ADDR", "node1"},
                  {"MASTER_PORT", "1234"},
                  {"TORCHELASTIC_USE_AGENT_STORE", "True"}})
                .port,
            1235);
}

TEST(Environment, WhatDoesNotFitIsNamed) {
  const auto read = [](const std::map<std::string, std::string>& variables) {
    return [variables] { (void)with(variables); };
  };
  EXPECT_THAT(read({{"RANK", "0"}}),
              ThrowsMessage<UsageError>(HasSubstr("RANK but not WORLD_SIZE, and torchrun sets both")));
  EXPECT_THAT(read({{"RANK", "x"}, {"WORLD_SIZE", "2"}}), ThrowsMessage<UsageError>(HasSubstr("\"x\"")));
  EXPECT_THAT(read({{"RANK", "2"}, {"WORLD_SIZE", "2"}}),
              ThrowsMessage<UsageError>(HasSubstr("ranks go from 0 to 1")));
  EXPECT_THAT(read({{"RANK", "0"}, {"WORLD_SIZE", "2"}}),
              ThrowsMessage<UsageError>(HasSubstr("MASTER_ADDR")));
  EXPECT_THAT(read({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node1"}, {"MASTER_PORT", "70000"}}),
              ThrowsMessage<UsageError>(HasSubstr("no port")));
}

TEST(Environment, EmptyVariablesAreNotSet) {
  EXPECT_EQ(with({{"RANK", ""}, {"WORLD_SIZE", ""}}).size, 1);
  const Environment read = with({{"RANK", "1"},
                                 {"WORLD_SIZE", "2"},
                                 {"LOCAL_RANK", ""},
                                 {"MASTER_ADDR", "node1"},
                                 {"MASTER_PORT", ""},
                                 {"TAGLOOM_PROCESS_TIMEOUT", ""}});
  EXPECT_EQ(read.local_rank, 0);
  EXPECT_EQ(read.port, 29500);
  EXPECT_EQ(read.time_limit, std::chrono::seconds(600));
  EXPECT_THAT(
      [] {
        (void)with({{"RANK", ""}, {"WORLD_SIZE", "2"}});
      },
      ThrowsMessage<UsageError>(HasSubstr("WORLD_SIZE but not RANK")));
}

TEST(Environment, TheTimeLimitIsAWholeNumberOfSeconds) {
  const auto limited = [](const std::string& seconds) {
    return with(
        {{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node1"}, {"TAGLOOM_PROCESS_TIMEOUT", seconds}});
  };
  EXPECT_EQ(limited("3").time_limit, std::chrono::seconds(3));
  for (const char* seconds : {"0", "-1", "1e9", "0.5", "ten", "10s", "1000000000", "99999999999999999999"})
    EXPECT_THAT([&] { (void)limited(seconds); },
                ThrowsMessage<UsageError>(HasSubstr("give a whole number of seconds from 1 to 2592000.")))
        << seconds;
}

TEST(Environment, ThePortIsOne) {
  for (const char* port : {"0", "-1", "65536", "70000", "http", "29500 "})
    EXPECT_THAT(
        [&] {
          (void)with({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "node1"}, {"MASTER_PORT", port}});
        },
        ThrowsMessage<UsageError>(HasSubstr("give one from 1 to 65535.")))
        << port;
}

}  // namespace
}  // namespace tagloom::distributed
