#pragma once

/// What all commands share on the command line: parsing with Boost.Program_options, `--help`, `--plugin-dir`,
/// and component options given as `--set KIND.NAME=VALUE`.

#include "registry/registry.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <boost/program_options/variables_map.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tagloom::commands {

namespace po = boost::program_options;

/// `--set` assignments, by component kind ("decoder", "encoder", ...).
using Settings = std::map<std::string, registry::Assignments>;

void add_plugin_dir(po::options_description& description);
/// `--plugin-dir` and `--set`.
void add_plugin_options(po::options_description& description);

/// Parses, prints help and returns false if asked to (`usage` heads it), and throws UsageError for a wrong
/// line.
/// `--config FILE` reads further options as `name = value` lines; the command line wins.
bool parse(const std::vector<std::string>& arguments, const po::options_description& description,
           const po::positional_options_description& positional, const std::string& usage,
           po::variables_map& values);

registry::Registry registry_from(const po::variables_map& values);

/// Throws UsageError if an assignment has no "KIND.NAME=VALUE" form or its kind is not among `kinds`.
Settings settings_from(const po::variables_map& values, const std::vector<std::string>& kinds);

/// A string option as a path.
std::filesystem::path path_from(const po::variables_map& values, const std::string& name);

}  // namespace tagloom::commands
