#include "commands/lines/experiment.hpp"

#include "commands/lines/cache.hpp"
#include "commands/lines/dataset.hpp"
#include "commands/lines/evaluate.hpp"
#include "commands/lines/train.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "experiment/fail_as.hpp"
#include "experiment/run_experiment.hpp"
#include "experiment/slurm.hpp"
#include "runtime/exit_status.hpp"
#include "runtime/missed_bound.hpp"
#include "runtime/output.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tagloom::commands {
namespace {

/// What a command would do with these words. Throws UsageError for what it would not begin with.
template <class Config>
Config config_for(const Line<Config>& line, const Arguments& words) {
  Config config;
  po::variables_map values;
  (void)parse(command_of(line), line, words, values, config);
  return config;
}

/// Nothing where a checkpoint says which.
std::string encoder_of_build(const Arguments& words) {
  const CacheBuildLine line = config_for(cache_build_line(), words);
  return line.model.empty() ? line.config.encoder : std::string();
}

experiment::Commands experiment_commands() {
  return {.options = {.demo = options::options_of(dataset_demo_line().table),
                      .build = options::options_of(cache_build_line().table),
                      .train = options::options_of(train_line().table),
                      .evaluate = options::options_of(evaluate_line().table)},
          .check_demo = [](const Arguments& words) { (void)config_for(dataset_demo_line(), words); },
          .check_build = encoder_of_build,
          .check_train = [](const Arguments& words) { return config_for(train_line(), words).config; },
          .check_evaluate = [](const Arguments& words) { (void)config_for(evaluate_line(), words); }};
}

experiment::RunConfig run_config(const ExperimentLine& line) {
  experiment::RunConfig config{.file = line.file,
                               .base = line.base,
                               .folder = line.folder,
                               .jobs = line.jobs,
                               .retries = line.retries,
                               .cell = {},
                               .only_table = line.table};
  if (line.cell >= 0) config.cell = line.cell;
  return config;
}

void write_slurm_script(const experiment::Run& run, const ExperimentLine& line) {
  std::vector<std::string> command = {(runtime::prefix() / "bin" / "tagloom").string()};
  const auto words = run.words();
  command.insert(command.end(), words.begin(), words.end());
  replace_file(line.slurm, experiment::slurm_script({.name = line.file.stem().string(),
                                                     .command = std::move(command),
                                                     .cells = run.cells().size()}));
  runtime::print("script: {}; `sh {}` submits {} cells\n", shown(line.slurm), shown(line.slurm),
                 run.cells().size());
}

/// That of all failures, if it is one.
int status_of_all(const std::vector<experiment::Failure>& failures) {
  const int first = failures.front().status;
  const bool all = std::ranges::all_of(
      failures, [&](const experiment::Failure& failure) { return failure.status == first; });
  return all ? first : int{runtime::kFailed};
}

/// The cells that are not there, by why.
void conclude_cells(const experiment::RunResult& result, std::size_t cells) {
  if (!result.failures.empty())
    experiment::fail_as(
        status_of_all(result.failures),
        fmt::format("{} of {} cells failed; the same command runs them, and them alone, again.",
                    result.failures.size(), cells));
  if (!result.elsewhere.empty())
    throw Error(
        fmt::format("{} of {} cells are being run by other processes; when they are done, give --table.",
                    result.elsewhere.size(), cells));
  if (result.missing > 0)
    throw DataError(
        fmt::format("{} of {} cells have no result of this program and these settings; run the experiment "
                    "without --table.",
                    result.missing, cells));
}

/// What is left to be said, the worst as an error.
void conclude(const experiment::RunResult& result, std::size_t cells) {
  for (const std::string& sentence : result.elsewhere)
    runtime::print_error("{} is being run by another process.\n", sentence);
  for (const experiment::Failure& failure : result.failures)
    runtime::print_error("{}: {}\n", failure.cell, failure.sentence);
  const bool incomplete = !result.failures.empty() || !result.elsewhere.empty() || result.missing > 0;
  if (incomplete)
    for (const std::string& sentence : result.missed)
      runtime::print_error("{}.\n", sentence);
  conclude_cells(result, cells);
  if (!result.missed.empty()) throw runtime::MissedBound(fmt::format("{}.", fmt::join(result.missed, "; ")));
}

void print_tables(const experiment::RunResult& result) {
  runtime::print("{}\n", result.markdown);
  if (result.written)
    runtime::print("tables: {} (table.md, table.csv, table.json)\n", shown(result.folder));
  else
    runtime::print_error("The tables in {} have more results than there are now; they stay as they are.\n",
                         shown(result.folder));
}

}  // namespace

void run_experiment(const Command& self, const Arguments& arguments) {
  ExperimentLine line;
  po::variables_map values;
  if (!parse(self, experiment_line(), arguments, values, line)) return;
  // Its processes would take themselves for the launcher's.
  distributed::require_one_process(self.name);
  prepare_outputs(values, OutputKind::report, {"slurm"});
  experiment::Run run(run_config(line), experiment_commands(), [](const auto& folders) {
    return registry_of({.folders = folders, .trust_all = false, .assignments = {}});
  });
  if (line.dry_run) return runtime::print("{}", run.plan());
  if (!line.slurm.empty()) return write_slurm_script(run, line);
  const experiment::RunResult result = run.run();
  if (!result.markdown.empty()) print_tables(result);
  conclude(result, run.cells().size());
}

}  // namespace tagloom::commands
