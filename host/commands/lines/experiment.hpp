#pragma once

/// `tagloom run`.

#include "commands/line.hpp"

#include <cstdint>
#include <filesystem>

namespace tagloom::commands {

struct ExperimentLine {
  std::filesystem::path file;
  std::filesystem::path base;
  std::filesystem::path folder;
  std::int64_t jobs = 0;
  std::int64_t retries = 0;
  /// -1: all of them.
  std::int64_t cell = -1;
  bool table = false;
  bool dry_run = false;
  std::filesystem::path slurm;
};
const Line<ExperimentLine>& experiment_line();

}  // namespace tagloom::commands
