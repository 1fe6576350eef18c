#pragma once

/// How many processors this process should keep busy.

#include "runtime/variables.hpp"

namespace tagloom::runtime {

/// Those that the affinity mask allows.
int allowed_processors();

/// The part of a process that a launcher started beside others on the same machine, one at least; all that
/// are allowed where nothing says so. torchrun binds no process, so that all share what each is allowed.
/// mpirun and srun may have bound each to its own processors, or not: a process takes what it is allowed, but
/// no more than its part of the machine (`online`) or, under Slurm, of what the job has of it. A variable
/// that is no number says nothing here; distributed/environment.hpp refuses those that matter.
int own_processors(const Variables& variables, int allowed, int online);

/// The same of this process.
int own_processors();

}  // namespace tagloom::runtime
