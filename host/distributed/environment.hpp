#pragma once

/// Which of several cooperating processes this one is, as its launcher tells it: torchrun and everything that
/// sets the same variables (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT), Open MPI, MPICH and
/// Slurm.

#include "runtime/variables.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace tagloom::distributed {

struct Environment {
  int rank = 0;
  int size = 1;
  /// Among the processes of this machine.
  int local_rank = 0;
  /// Where the processes meet: of rank 0's machine.
  std::string address;
  std::uint16_t port = 0;
  /// How long any wait for the others may take in all: TAGLOOM_PROCESS_TIMEOUT.
  std::chrono::seconds time_limit = std::chrono::minutes(10);
};

using runtime::Variables;

/// Which of the processes that a launcher started this one is, whether they meet or not.
struct Place {
  int rank = 0;
  int size = 1;
  int local_rank = 0;
  /// The variables that say so; empty where no launcher does.
  std::string rank_variable;
  std::string size_variable;
};

/// Throws UsageError for variables that contradict each other or are no numbers.
Place place(const Variables& variables);

/// One process alone where no launcher says otherwise. An empty variable is one that is not set. Throws
/// UsageError for variables that contradict each other, are no numbers, or lack the meeting point.
Environment environment(const Variables& variables);
/// The same from this process's environment variables.
Environment environment();
/// Throws UsageError, naming the command, where a launcher has started several.
void require_one_process(std::string_view command);

}  // namespace tagloom::distributed
