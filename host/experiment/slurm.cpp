#include "experiment/slurm.hpp"

#include "runtime/for_shell.hpp"

#include <fmt/format.h>

namespace tagloom::experiment {

std::string slurm_script(const SlurmJobs& jobs) {
  std::string command;
  for (const std::string& word : jobs.command)
    command += (command.empty() ? "" : " ") + runtime::for_shell(word);
  const std::string name = runtime::for_shell("--job-name=" + jobs.name);
  return fmt::format(
      R"(#!/bin/sh
# Submits an experiment of {cells} cells: sh THIS_FILE [OPTION OF SBATCH]...
# e.g. --partition=gpu --gpus-per-task=1 --cpus-per-task=8 --time=4:00:00 --requeue
set -eu
prepare=$(sbatch --parsable {name} "$@" --wrap={prepare})
cells=$(sbatch --parsable {name} "$@" --dependency="afterok:${{prepare%%;*}}" --kill-on-invalid-dep=yes --array=1-{cells} --wrap={cell})
sbatch {name} "$@" --dependency="afterany:${{cells%%;*}}" --wrap={table}
)",
      fmt::arg("cells", jobs.cells), fmt::arg("name", name),
      fmt::arg("prepare", runtime::for_shell("exec " + command + " --cell 0")),
      fmt::arg("cell", runtime::for_shell("exec " + command + " --cell \"$SLURM_ARRAY_TASK_ID\"")),
      fmt::arg("table", runtime::for_shell("exec " + command + " --table")));
}

}  // namespace tagloom::experiment
