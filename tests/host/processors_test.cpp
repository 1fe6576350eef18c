#include "runtime/processors.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

namespace tagloom::runtime {
namespace {

/// The answer on 16 processors, with these variables set.
int of_16(const std::map<std::string, std::string>& set, int allowed = 16) {
  const auto variables = [&](const char* name) {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  };
  return own_processors(variables, {.online = 16, .affinity = allowed});
}

TEST(Processors, AProcessAloneTakesAllThatItIsAllowed) {
  EXPECT_EQ(of_16({}), 16);
  EXPECT_EQ(of_16({}, 3), 3);
}

TEST(Processors, ProcessesOfTorchrunShareWhatTheyAreAllowed) {
  EXPECT_EQ(of_16({{"LOCAL_WORLD_SIZE", "4"}}), 4);
  EXPECT_EQ(of_16({{"LOCAL_WORLD_SIZE", "2"}}, 6), 3);
  EXPECT_EQ(of_16({{"LOCAL_WORLD_SIZE", "64"}}), 1);
}

TEST(Processors, ProcessesOfMpirunShareTheMachineUnlessTheyAreBound) {
  EXPECT_EQ(of_16({{"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}}), 4);
  EXPECT_EQ(of_16({{"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}, /*allowed=*/1), 1);
  EXPECT_EQ(of_16({{"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}, /*allowed=*/8), 8);
  EXPECT_EQ(of_16({{"MPI_LOCALNRANKS", "8"}}), 2);
}

TEST(Processors, TasksOfSrunShareWhatTheJobHasOnTheirMachine) {
  const std::map<std::string, std::string> job{{"SLURM_STEP_TASKS_PER_NODE", "2(x3),1"},
                                               {"SLURM_CPUS_ON_NODE", "8"}};
  auto step = job;
  step["SLURM_STEP_ID"] = "0";
  EXPECT_EQ(of_16(step, 8), 4);
  EXPECT_EQ(of_16(step, 3), 3);
  step["SLURM_NODEID"] = "3";
  EXPECT_EQ(of_16(step, 8), 8) << "one task on the fourth machine";
  EXPECT_EQ(of_16(job, 8), 8) << "the shell of a batch job is alone";
}

TEST(Processors, ProcessesOfMpirunInAJobOfSlurmShareTheJob) {
  EXPECT_EQ(of_16({{"OMPI_COMM_WORLD_LOCAL_SIZE", "4"}, {"SLURM_CPUS_ON_NODE", "8"}}, 8), 2);
}

TEST(Processors, ASlurmListWithoutEndSaysNothing) {
  EXPECT_EQ(of_16({{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_TASKS_PER_NODE", "2(x"}, {"SLURM_NODEID", "9"}}), 8);
  EXPECT_EQ(of_16({{"SLURM_STEP_ID", "0"}, {"SLURM_STEP_TASKS_PER_NODE", ","}}), 16);
}

TEST(Processors, AVariableThatIsNoNumberSaysNothing) {
  EXPECT_EQ(of_16({{"LOCAL_WORLD_SIZE", "many"}}), 16);
  EXPECT_EQ(of_16({{"OMPI_COMM_WORLD_LOCAL_SIZE", "0"}}), 16);
}

TEST(Processors, AQuotaBoundsTheThreadsAsAffinityDoes) {
  EXPECT_EQ((ProcessorBounds{.online = 16, .affinity = 16, .quota = 4}.allowed()), 4);
  EXPECT_EQ((ProcessorBounds{.online = 16, .affinity = 16, .quota = 1.5}.allowed()), 2);
  EXPECT_EQ((ProcessorBounds{.online = 16, .affinity = 16, .quota = 0.1}.allowed()), 1);
  EXPECT_EQ((ProcessorBounds{.online = 16, .affinity = 2, .quota = 1e300}.allowed()), 2);
}

TEST(Processors, ProcessesOfALauncherShareTheQuota) {
  const ProcessorBounds bounds{.online = 16, .affinity = 16, .quota = 4};
  const auto started_by = [](std::string variable) {
    return [variable](const char* name) {
      return name == variable ? std::optional<std::string>("2") : std::nullopt;
    };
  };
  EXPECT_EQ(own_processors(started_by("LOCAL_WORLD_SIZE"), bounds), 2);
  EXPECT_EQ(own_processors(started_by("OMPI_COMM_WORLD_LOCAL_SIZE"), bounds), 2);
}

TEST(Processors, AMachineOfMoreThanAThousandProcessorsIsCounted) {
  const auto of_3000 = [](std::size_t bytes, cpu_set_t* mask) {
    if (bytes * 8 < 4096) {
      errno = EINVAL;
      return -1;
    }
    for (int i = 0; i < 3000; ++i)
      CPU_SET_S(i, bytes, mask);
    return 0;
  };
  EXPECT_EQ(affinity_processors(of_3000), 3000);
}

TEST(Processors, TheBoundThatHeldIsNamed) {
  const auto none = [](const char*) { return std::optional<std::string>(); };
  EXPECT_EQ(what_bounds(none, {.online = 8, .affinity = 8}), "the machine");
  EXPECT_EQ(what_bounds(none, {.online = 8, .affinity = 2}), "the affinity mask");
  EXPECT_EQ(what_bounds(none, {.online = 8, .affinity = 4, .quota = 1.5}),
            "the CPU quota of its control group (1.5)");
  const auto launched = [](const char* name) {
    return std::string(name) == "LOCAL_WORLD_SIZE" ? std::optional<std::string>("2") : std::nullopt;
  };
  EXPECT_EQ(what_bounds(launched, {.online = 8, .affinity = 8}), "its share among the processes here");
}

}  // namespace
}  // namespace tagloom::runtime
