#include "commands/arguments.hpp"

#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <boost/program_options/parsers.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace tagloom::commands {
namespace {

std::vector<std::string>* assignments_in(po::variables_map& values) {
  return values.count("set") > 0 ? &values.at("set").as<std::vector<std::string>>() : nullptr;
}

/// The last of two values of one option counts. The first `given` come from the command line, which wins over
/// the file that the others come from.
void put_given_last(std::vector<std::string>& assignments, std::size_t given) {
  std::ranges::rotate(assignments, assignments.begin() + static_cast<std::ptrdiff_t>(given));
}

/// Options of a file; what is wrong with one is said with the file's name.
void store_file(std::ifstream& file, const std::string& path, const po::options_description& all,
                po::variables_map& values) {
  try {
    const po::parsed_options options = po::parse_config_file(file, all);
    const bool nested = std::ranges::any_of(
        options.options, [](const po::option& option) { return option.string_key == "config"; });
    if (nested)
      throw UsageError(fmt::format("--config {}: it names another such file; give one file.", shown(path)));
    const auto* const given = assignments_in(values);
    const std::size_t count = given == nullptr ? 0 : given->size();
    po::store(options, values);
    if (auto* const assignments = assignments_in(values)) put_given_last(*assignments, count);
  } catch (const po::error& error) {
    throw UsageError(
        fmt::format("--config {}: {}; --help shows the options.", shown(path), shown(error.what())));
  }
}

}  // namespace

void add_plugin_dir(po::options_description& description) {
  description.add_options()("plugin-dir", po::value<std::vector<std::string>>()->composing(),
                            "look for plugins here first (repeatable)");
}

void add_plugin_options(po::options_description& description) {
  add_plugin_dir(description);
  description.add_options()("set", po::value<std::vector<std::string>>()->composing(),
                            "a component's option as KIND.NAME=VALUE, e.g. decoder.hidden=512 (repeatable; "
                            "the last of one name counts)");
}

bool parse(const std::vector<std::string>& arguments, const po::options_description& description,
           const po::positional_options_description& positional, const std::string& usage,
           po::variables_map& values) {
  po::options_description all(description);
  all.add_options()("help,h", "show this")("config", po::value<std::string>(),
                                           "read further options from a file of name = value lines");
  if (std::ranges::any_of(arguments, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
    runtime::print("usage: {}\n\n{}", usage, fmt::streamed(all));
    return false;
  }
  try {
    po::store(po::command_line_parser(arguments).options(all).positional(positional).run(), values);
    if (values.count("config") > 0) {
      const auto path = values["config"].as<std::string>();
      // Opening a pipe would wait for who writes into it.
      std::error_code ignored;
      const bool is_file = std::filesystem::is_regular_file(path, ignored);
      std::ifstream file = is_file ? std::ifstream(path) : std::ifstream();
      if (!file.is_open())
        throw UsageError(fmt::format("--config {} cannot be read; check the path.", shown(path)));
      store_file(file, path, all, values);
    }
    po::notify(values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; --help shows the options.", shown(error.what())));
  }
  return true;
}

registry::Registry registry_from(const po::variables_map& values) {
  std::vector<std::filesystem::path> folders;
  if (values.count("plugin-dir") > 0) {
    for (const auto& folder : values["plugin-dir"].as<std::vector<std::string>>())
      folders.emplace_back(folder);
  }
  return registry::Registry(registry::search_path(folders));
}

Settings settings_from(const po::variables_map& values, const std::vector<std::string>& kinds) {
  Settings settings;
  if (values.count("set") == 0) return settings;
  for (const std::string& assignment : values["set"].as<std::vector<std::string>>()) {
    const auto dot = assignment.find('.');
    const auto equals = assignment.find('=');
    if (dot == std::string::npos || equals == std::string::npos || dot > equals)
      throw UsageError(fmt::format("--set takes KIND.NAME=VALUE, not \"{}\".", shown(assignment)));
    const std::string kind = assignment.substr(0, dot);
    if (std::ranges::find(kinds, kind) == kinds.end())
      throw UsageError(fmt::format("--set {}: this command sets options of {}, not of \"{}\".",
                                   shown(assignment), fmt::join(kinds, ", "), shown(kind)));
    settings[kind][assignment.substr(dot + 1, equals - dot - 1)] = assignment.substr(equals + 1);
  }
  return settings;
}

std::filesystem::path path_from(const po::variables_map& values, const std::string& name) {
  return values.count(name) > 0 ? std::filesystem::path(values[name].as<std::string>())
                                : std::filesystem::path();
}

}  // namespace tagloom::commands
