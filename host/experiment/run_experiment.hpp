#pragma once

/// An experiment from its file to its tables.

#include "experiment/cell.hpp"
#include "experiment/schedule.hpp"
#include "experiment/workshop.hpp"
#include "registry/registry.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

struct RunConfig {
  /// The experiment's file.
  std::filesystem::path file;
  /// Paths in the file are relative to it; empty: the file's folder.
  std::filesystem::path base;
  /// Where everything goes; empty: where the file says.
  std::filesystem::path folder;
  /// Cells at once; 0: one a GPU, or one.
  std::int64_t jobs = 0;
  /// How often a step that failed is begun again.
  std::int64_t retries = 0;
  /// One cell alone, or what all need (0), and no tables.
  std::optional<std::int64_t> cell;
  /// Nothing is run; the tables are made of what is there.
  bool only_table = false;
};

/// How an experiment ended.
struct RunResult {
  /// The tables; empty where one cell was run alone.
  std::string markdown;
  std::vector<Failure> failures;
  /// A sentence each, of cells that another process works on.
  std::vector<std::string> elsewhere;
  /// How many cells have not all of their results.
  std::size_t missing = 0;
  /// Bounds that are missed, of what is there.
  std::vector<std::string> missed;
  /// Where the tables are ...
  std::filesystem::path folder;
  /// ... unless those that stood there have more results, and stay.
  bool written = false;
};

/// An experiment that was read and checked: options, names, components.
class Run {
 public:
  /// Finds components in the experiment's own folders of plugins first.
  using RegistryOf = std::function<registry::Registry(const std::vector<std::filesystem::path>& folders)>;

  /// Throws what read_experiment, cells_of and check_components throw, UsageError for a cell that is not
  /// there.
  Run(RunConfig config, const Commands& commands, const RegistryOf& registry_of);

  /// What would be run, and what is done already, a line each.
  [[nodiscard]] std::string plan();
  /// The words behind `tagloom run` that mean this very experiment, for a script.
  [[nodiscard]] std::vector<std::string> words() const;
  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }

  /// Runs what is not done yet, and writes table.md, table.csv and table.json. Tables that stand there and
  /// have more results than there are now, of an earlier program for one, are not replaced. Throws
  /// Interrupted when a stop is asked for, Error if a data set or a cache cannot be made.
  RunResult run();

 private:
  [[nodiscard]] std::string names_of_cells() const;
  void run_cells_of(Workshop& workshop, RunResult& result) const;
  void make_tables(Workshop& workshop, RunResult& result) const;

  RunConfig config_;
  Experiment experiment_;
  std::vector<Cell> cells_;
  registry::Registry registry_;
};

}  // namespace tagloom::experiment
