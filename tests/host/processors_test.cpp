#include "runtime/processors.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tagloom::runtime {
namespace {

/// Of 16 processors, with these variables set.
int of_16(const std::map<std::string, std::string>& set, int allowed = 16) {
  const auto variables = [&](const char* name) {
    const auto found = set.find(name);
    return found == set.end() ? std::nullopt : std::optional(found->second);
  };
  return own_processors(variables, allowed, 16);
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

}  // namespace
}  // namespace tagloom::runtime
