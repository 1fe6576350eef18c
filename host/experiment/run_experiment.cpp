#include "experiment/run_experiment.hpp"

#include "experiment/component_check.hpp"
#include "experiment/read_experiment.hpp"
#include "experiment/record.hpp"
#include "experiment/schedule.hpp"
#include "experiment/tables.hpp"
#include "runtime/for_shell.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagloom::experiment {
namespace {

std::filesystem::path base_of(const RunConfig& config) {
  return config.base.empty() ? config.file.parent_path() : config.base;
}

std::string command_line_of(const Step& step) {
  std::string line = "tagloom";
  for (const std::string& word : step.words)
    line += " " + runtime::for_shell(word);
  return line;
}

/// Where any cell names a device itself, GPUs are not dealt out.
bool deals_out_gpus(const std::vector<Cell>& cells) {
  return std::ranges::none_of(cells, [](const Cell& cell) { return cell.config.device != "auto"; });
}

ScheduleOptions schedule_options(const RunConfig& config, const std::vector<Cell>& cells) {
  return {.program = runtime::prefix() / "bin" / "tagloom",
          .slots = slots_of(this_machine(deals_out_gpus(cells)), static_cast<int>(config.jobs)),
          .retries = static_cast<int>(config.retries)};
}

std::size_t runs_in(const std::vector<ResultRow>& rows) {
  std::size_t runs = 0;
  for (const ResultRow& row : rows)
    runs += row.runs.size();
  return runs;
}

/// Those of a table.json; 0 if there is none.
std::size_t runs_in_table(const std::filesystem::path& path) {
  const auto table = read_record(path);
  std::size_t runs = 0;
  if (table && table->contains("rows"))
    for (const auto& row : table->at("rows"))
      if (row.is_object() && row.contains("runs")) runs += row.at("runs").size();
  return runs;
}

}  // namespace

Run::Run(RunConfig config, const Commands& commands, const RegistryOf& registry_of)
    : config_(std::move(config)),
      experiment_(read_experiment(config_.file, base_of(config_), config_.folder, commands.options)),
      cells_(cells_of(experiment_, commands)),
      registry_(registry_of(experiment_.plugins)) {
  check_components(experiment_, cells_, commands, registry_);
  if (config_.cell.value_or(0) > static_cast<std::int64_t>(cells_.size()))
    throw UsageError(fmt::format("--cell is {}, but {} has {} cells; 0 is what all of them need.",
                                 *config_.cell, shown(config_.file), cells_.size()));
}

std::string Run::plan() {
  Workshop workshop(experiment_, registry_);
  workshop.inputs().require_files(cells_);
  if (const auto step = workshop.inputs().next_step())
    return fmt::format("first: {}\n  {}\nthen {} cells, none of which is done:\n{}", shown(step->what),
                       shown(command_line_of(*step)), cells_.size(), names_of_cells());
  std::string text;
  for (const Cell& cell : cells_) {
    const auto steps = workshop.steps_left(cell);
    text += fmt::format("[{}/{}] {}: {}\n", cell.number, cells_.size(), shown(cell.name),
                        steps.empty() ? "done" : "to be run");
    for (const Step& step : steps)
      text += fmt::format("  {}: {}\n", shown(step.what), shown(command_line_of(step)));
  }
  return text;
}

std::string Run::names_of_cells() const {
  std::string text;
  for (const Cell& cell : cells_)
    text += fmt::format("[{}/{}] {}\n", cell.number, cells_.size(), shown(cell.name));
  return text;
}

std::vector<std::string> Run::words() const {
  const auto whole = [](const std::filesystem::path& path) {
    return std::filesystem::absolute(path).string();
  };
  const std::filesystem::path base = base_of(config_);
  std::vector<std::string> words = {"run", whole(config_.file), "--base=" + whole(base.empty() ? "." : base),
                                    "--out=" + whole(experiment_.folder)};
  if (config_.retries > 0) words.push_back(fmt::format("--retries={}", config_.retries));
  return words;
}

RunResult Run::run() {
  Workshop workshop(experiment_, registry_);
  workshop.inputs().require_files(cells_);
  make_folder(experiment_.folder);
  RunResult result{.folder = experiment_.folder};
  if (!config_.only_table) run_cells_of(workshop, result);
  if (!config_.cell) make_tables(workshop, result);
  return result;
}

void Run::run_cells_of(Workshop& workshop, RunResult& result) const {
  const ScheduleOptions options = schedule_options(config_, cells_);
  std::vector<Cell> wanted = cells_;
  if (config_.cell)
    std::erase_if(wanted,
                  [&](const Cell& cell) { return static_cast<std::int64_t>(cell.number) != *config_.cell; });
  Board board(cells_.size());
  prepare(workshop, options, board);
  Outcome outcome = run_cells(wanted, workshop, options, board);
  result.failures = std::move(outcome.failures);
  for (const auto& [cell, owner] : outcome.elsewhere)
    // The other process may have done it while this one was at work.
    if (!workshop.is_done(*cell)) result.elsewhere.push_back(fmt::format("{} ({})", cell->name, owner));
}

void Run::make_tables(Workshop& workshop, RunResult& result) const {
  result.missing = static_cast<std::size_t>(
      std::ranges::count_if(cells_, [&](const Cell& cell) { return !workshop.is_done(cell); }));
  const auto rows = gathered(experiment_, cells_, workshop);
  result.markdown = markdown(experiment_, rows);
  result.missed = missed_bounds(experiment_, rows);
  if (result.missing > 0 && runs_in(rows) < runs_in_table(experiment_.folder / "table.json")) return;
  replace_file(experiment_.folder / "table.md", result.markdown);
  replace_file(experiment_.folder / "table.csv", csv(experiment_, rows));
  replace_file(experiment_.folder / "table.json", json(experiment_, rows));
  result.written = true;
}

}  // namespace tagloom::experiment
