#include "commands/arguments.hpp"

#include "runtime/output.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/error.hpp>

#include <boost/program_options/parsers.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace tagloom::commands {
namespace {

/// Without links and dots, whether the file is there or not.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::weakly_canonical(std::filesystem::absolute(path, ignored), ignored);
}

void check_names_a_file(const std::string& option, const std::filesystem::path& output) {
  std::error_code ignored;
  const auto status = std::filesystem::status(output, ignored);
  if (output.filename().empty() ||
      (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)))
    throw UsageError(fmt::format("--{} \"{}\" is no file that could be replaced; give a file's name.", option,
                                 shown(output)));
}

/// Files that belong to a run or a build, beside its output.
void check_is_no_helper(const std::string& option, const std::filesystem::path& output) {
  constexpr std::array<std::string_view, 5> kEndings = {".state", ".lock", ".log.csv", ".partial", ".parts"};
  const std::string name = output.filename().string();
  const auto* const ending =
      std::ranges::find_if(kEndings, [&](std::string_view known) { return name.ends_with(known); });
  if (ending != kEndings.end())
    throw UsageError(fmt::format(
        "--{} {}: names that end in {} are those of files beside other outputs; give it another name.",
        option, shown(output.string()), *ending));
}

void make_folder_of(const std::string& option, const std::filesystem::path& output) {
  std::error_code failed;
  const auto folder = std::filesystem::absolute(output, failed).parent_path();
  if (!failed) std::filesystem::create_directories(folder, failed);
  if (!failed && access(folder.c_str(), W_OK | X_OK) != 0) failed.assign(errno, std::generic_category());
  if (failed)
    throw UsageError(fmt::format("--{} {} cannot be written: {} ({}); give another folder.", option,
                                 shown(output), failed.message(), shown(folder)));
}

std::vector<std::string>* assignments_in(po::variables_map& values) {
  return values.count("set") > 0 ? &values.at("set").as<std::vector<std::string>>() : nullptr;
}

/// Of two values of one option the last counts. The first `given` come from the command line, which wins over
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

plugins::Registry registry_from(const po::variables_map& values) {
  std::vector<std::filesystem::path> folders;
  if (values.count("plugin-dir") > 0) {
    for (const auto& folder : values["plugin-dir"].as<std::vector<std::string>>())
      folders.emplace_back(folder);
  }
  return plugins::Registry(plugins::search_path(folders));
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

void prepare_outputs(const po::variables_map& values, const std::vector<std::string>& outputs,
                     const std::vector<std::filesystem::path>& inputs) {
  std::vector<std::filesystem::path> taken = inputs;
  for (const std::string& option : outputs) {
    if (values.count(option) == 0) continue;
    const auto output = path_from(values, option);
    check_names_a_file(option, output);
    check_is_no_helper(option, output);
    for (const auto& other : taken) {
      if (resolved(output) == resolved(other))
        throw UsageError(
            fmt::format("--{} {} would overwrite a file that this command reads or writes already; "
                        "give it another name.",
                        option, shown(output)));
    }
    taken.push_back(output);
  }
  for (const std::string& option : outputs) {
    if (values.count(option) > 0) make_folder_of(option, path_from(values, option));
  }
}

}  // namespace tagloom::commands
