#pragma once

/// A command line read by a command's options: parsing with Boost.Program_options, `--help`, `--config` and
/// `--print-config`.

#include "commands/commands.hpp"
#include "options/config_file.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>

#include <boost/program_options/variables_map.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {

namespace po = boost::program_options;

/// A command's own options and those that every command has: help, files of options, how much is said.
std::vector<options::Option> all_options(const Command& command);

/// "tagloom train --data DIR [options]".
std::string usage_of(const Command& command);

/// Reads what was given, each value checked, into `values` (as texts); false after printing help, which was
/// asked for. `--config FILE` reads further options as `name = value` lines; the command line wins. Throws
/// UsageError.
bool read(const Command& command, const Arguments& arguments, po::variables_map& values);

/// Whether the option was given, and not left at its default.
bool is_given(const po::variables_map& values, const options::Option& option);
options::Values given_values(const po::variables_map& values, const options::Option& option);
/// Throws UsageError for one that is missing.
void require_all(const Command& command, const po::variables_map& values);

}  // namespace tagloom::commands
