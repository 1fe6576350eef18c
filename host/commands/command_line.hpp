#pragma once

/// A command line read by a table of options: parsing with Boost.Program_options, `--help`, `--config` and
/// `--print-config`.

#include "commands/commands.hpp"
#include "options/config_file.hpp"
#include "options/table.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>

#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>

#include <functional>
#include <string>
#include <vector>

namespace tagloom::commands {

namespace po = boost::program_options;

/// A command's own options and those that every command has: help and files of options.
std::vector<options::Option> all_options(const Command& command);

/// Reads what was given, each value checked, into `values` (as texts); false after printing help, which was
/// asked for. `--config FILE` reads further options as `name = value` lines; the command line wins. Throws
/// UsageError.
bool read(const Command& command, const Arguments& arguments, po::variables_map& values);

/// Whether the option was given, and not left at its default.
bool is_given(const po::variables_map& values, const options::Option& option);
options::Values given_values(const po::variables_map& values, const options::Option& option);
/// Throws UsageError for one that is missing.
void require_all(const Command& command, const po::variables_map& values);

/// The configuration that a command line stands for; false if nothing is left to do, since it only asked for
/// help or to print the configuration. `settle` makes one whole that was given in parts, and throws
/// UsageError for parts that contradict each other.
template <class Config>
bool parse(
    const Command& command, const options::Table<Config>& table, const Arguments& arguments,
    po::variables_map& values, Config& config, const std::function<void(Config&)>& settle = [](Config&) {}) {
  if (!read(command, arguments, values)) return false;
  const bool only_print = values.count("print-config") > 0;
  if (!only_print) require_all(command, values);
  for (const auto& row : table)
    if (is_given(values, row.option)) row.set(config, given_values(values, row.option));
  settle(config);
  for (const auto& row : table) {
    const std::string why = options::why_idle(row, config);
    if (!why.empty() && is_given(values, row.option))
      throw UsageError(fmt::format("--{} does nothing here: {}.", row.option.spec.name, why));
  }
  if (only_print) runtime::print("{}", options::config_file(table, config));
  return !only_print;
}

}  // namespace tagloom::commands
