#pragma once

/// Which shard a process makes that is one of several, as its launcher says.

#include "runtime/variables.hpp"

#include <string>

namespace tagloom::features {

struct ShardChoice {
  /// For `shard_from`; empty where there is nothing to choose by.
  std::string text;
  /// What it was chosen by, for people: "SLURM_ARRAY_TASK_ID".
  std::string by;
};
/// The shard of a task of a Slurm array (by its place in the array), of a process that torchrun, mpirun or
/// srun started (by its rank), or of both. Throws UsageError for variables that contradict each other, and
/// for arrays whose tasks have no even distances.
ShardChoice shard_of_environment(const runtime::Variables& variables);

}  // namespace tagloom::features
