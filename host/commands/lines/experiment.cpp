#include "commands/lines/experiment.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::commands {
namespace {

using options::Row;

options::Table<ExperimentLine> experiment_table() {
  // Beyond all use; a typing error would fill the machine otherwise.
  constexpr double kMostJobs = 4096;
  return {
      Row("file", &ExperimentLine::file, "the experiment, a TOML file (the option's name may be left out)")
          .required()
          .positional(),
      Row("out", &ExperimentLine::folder, "where results go, instead of where the file says").folder(),
      Row("base", &ExperimentLine::base,
          "what paths in the file are relative to, instead of the file's own folder")
          .folder(),
      Row("jobs", &ExperimentLine::jobs, "cells at once; 0: one a GPU, or one").from(0).to(kMostJobs),
      Row("retries", &ExperimentLine::retries, "begin a step that failed again, so often").from(0).to(100),
      Row("dry-run", &ExperimentLine::dry_run,
          "list the cells, what is done and what would be run, and do nothing"),
      Row("cell", &ExperimentLine::cell,
          "run this cell alone, by its number; 0: draw data sets and build caches only; -1: all")
          .from(-1),
      Row("table", &ExperimentLine::table, "run nothing; make the tables of what is there"),
      Row("slurm", &ExperimentLine::slurm,
          "run nothing; write a script that submits the cells to a Slurm cluster")};
}

void check_experiment(const ExperimentLine& line) {
  const int modes = int{line.table} + int{line.dry_run} + int{line.cell >= 0} + int{!line.slurm.empty()};
  if (modes > 1) throw UsageError("--dry-run, --cell, --table and --slurm exclude one another; give one.");
}

}  // namespace

const Line<ExperimentLine>& experiment_line() {
  static const Line<ExperimentLine> line{
      .command = {.name = "run",
                  .summary = "train and score all models of an experiment",
                  .usage = "FILE [options]",
                  .examples = {"tagloom run experiment.toml",
                               "tagloom run experiment.toml --jobs 4 --dry-run"}},
      .table = experiment_table(),
      .check = check_experiment};
  return line;
}

}  // namespace tagloom::commands
