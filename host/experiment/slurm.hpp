#pragma once

/// The cells of an experiment as jobs of a Slurm cluster.

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::experiment {

struct SlurmJobs {
  /// As Slurm lists the jobs.
  std::string name;
  /// The program, `run`, the experiment's file, and the options that every task gets.
  std::vector<std::string> command;
  std::size_t cells = 0;
};

/// A shell script that submits three jobs, each after the one before: what all cells need, an array with a
/// task a cell, and the tables. Its arguments are options of `sbatch`.
[[nodiscard]] std::string slurm_script(const SlurmJobs& jobs);

}  // namespace tagloom::experiment
