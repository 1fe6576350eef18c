#pragma once

/// What the line of one command may hold: everything that is known of it before any work is done.

#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "options/table.hpp"

#include <utility>

namespace tagloom::commands {

template <class Config>
struct Line {
  /// Name, summary, usage and examples.
  Command command;
  options::Table<Config> table;
  /// Makes one whole that was given in parts. Throws UsageError for parts that contradict each other.
  void (*settle)(Config& config) = [](Config&) {};
  /// Throws UsageError for what no work can begin with.
  void (*check)(const Config& config) = [](const Config&) {};
};

/// The configuration that a command line stands for; false if nothing is left to do, since it only asked for
/// help or to print the configuration. Throws UsageError.
template <class Config>
bool parse(const Command& self, const Line<Config>& line, const Arguments& arguments,
           po::variables_map& values, Config& config) {
  if (!read(self, arguments, values)) return false;
  const bool only_print = values.count("print-config") > 0;
  if (!only_print) require_all(self, values);
  for (const auto& row : line.table)
    if (is_given(values, row.option)) row.set(config, given_values(values, row.option));
  line.settle(config);
  for (const auto& row : line.table) {
    const std::string why = options::why_idle(row, config);
    if (!why.empty() && is_given(values, row.option))
      throw UsageError(fmt::format("--{} does nothing here: {}.", row.option.spec.name, why));
  }
  if (only_print)
    runtime::print("{}", options::config_file(line.table, config));
  else
    line.check(config);
  return !only_print;
}

/// The command of a line, which must live as long.
template <class Config>
Command command_of(const Line<Config>& line) {
  Command command = line.command;
  command.options = options::options_of(line.table);
  command.read = [&line](const Command& self, const Arguments& arguments) {
    po::variables_map values;
    Config config;
    return parse(self, line, arguments, values, config);
  };
  return command;
}

}  // namespace tagloom::commands
