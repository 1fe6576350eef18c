#pragma once

/// How many processors this process should keep busy, and what keeps it from more.

#include "runtime/variables.hpp"

#include <functional>
#include <optional>
#include <sched.h>
#include <string>

namespace tagloom::runtime {

/// What bounds a process, whatever it was started by.
struct ProcessorBounds {
  int online = 1;
  /// Those that the affinity mask names.
  int affinity = 1;
  /// The CPU quota of its control group (control_group.hpp).
  std::optional<double> quota = {};

  /// The smaller of the two. A quota counts up: one of 1.5 is used up by two threads, not by one.
  [[nodiscard]] int allowed() const;
};

ProcessorBounds processor_bounds();

/// Those that the affinity mask of this process names, however many the machine has. `ask` is
/// sched_getaffinity of this process, which refuses a mask that is too short.
int affinity_processors(const std::function<int(std::size_t bytes, cpu_set_t* mask)>& ask);

/// `allowed` of this process.
int allowed_processors();

/// The part of a process that a launcher started beside others on the same machine, one at least; all that
/// are allowed where nothing says so. torchrun binds no process, so that all share what each is allowed.
/// mpirun and srun may have bound each to its own processors, or not: a process takes what its mask names,
/// but no more than its part of the machine or the quota or, under Slurm, of what the job has of it. A
/// variable that is no number says nothing here; distributed/environment.hpp refuses those that matter.
int own_processors(const Variables& variables, const ProcessorBounds& bounds);

/// The same of this process.
int own_processors();

/// Which bound held, for `tagloom info`: "the CPU quota of its control group (1.5)"; "choice" is
/// OMP_NUM_THREADS.
std::string what_bounds(const Variables& variables, const ProcessorBounds& bounds);

}  // namespace tagloom::runtime
