#pragma once

/// Runs the steps of an experiment's cells, as many cells at once as there are slots and memory for. A cell
/// that fails costs itself alone.

#include "experiment/board.hpp"
#include "experiment/slots.hpp"
#include "experiment/workshop.hpp"

#include <functional>
#include <string>
#include <vector>

namespace tagloom::experiment {

struct Failure {
  std::string cell;
  /// What failed, why, its last words, and where all of them are.
  std::string sentence;
  /// That of the step that failed (docs/exit-status.md).
  int status = 0;
};

/// A cell that another process works on.
struct Elsewhere {
  const Cell* cell;
  /// That process, for people.
  std::string owner;
};

struct ScheduleOptions {
  std::filesystem::path program;
  std::vector<Slot> slots;
  /// So often is a step that failed begun again.
  int retries = 0;
};

struct Outcome {
  std::vector<Failure> failures;
  std::vector<Elsewhere> elsewhere;
};

/// Draws data sets and builds caches that are missing, one after the other, each on the whole machine. Throws
/// Error, with the status of the step, if one fails or another process is at it, Interrupted when a stop is
/// asked for.
void prepare(Workshop& workshop, const ScheduleOptions& options, Board& board);

/// Runs what the cells need. Throws Interrupted when a stop is asked for, after all processes have ended.
[[nodiscard]] Outcome run_cells(const std::vector<Cell>& cells, Workshop& workshop,
                                const ScheduleOptions& options, Board& board);

}  // namespace tagloom::experiment
