#include "commands/command_line.hpp"

#include "commands/help.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tagloom::commands {
namespace {

using options::Option;
using options::Texts;

/// What every command has: help, files of options, how much is said.
const std::vector<Option>& general_options() {
  static const std::vector<Option> all = [] {
    std::vector<Option> options = {
        {.spec = {.name = "help", .default_value = false, .help = "show this"}},
        {.spec = {.name = "config",
                  .default_value = std::string(),
                  .help = "read further options from a file of name = value lines"},
         .value_name = "FILE"},
        {.spec = {.name = "print-config",
                  .default_value = false,
                  .help = "print all options as such a file, and do nothing else"}},
        // Taken from the line before any command reads it (run.cpp).
        {.spec = {.name = "quiet", .default_value = false, .help = "print results and errors only"}},
        {.spec = {.name = "verbose",
                  .default_value = false,
                  .help = "show errors in full, and more of what was done"}}};
    for (Option& option : options)
      option.group = "general";
    return options;
  }();
  return all;
}

po::value_semantic* semantic_of(const Option& option) {
  if (option.is_flag()) return po::value<std::string>()->zero_tokens()->implicit_value("true");
  const std::string usual = to_text(option.spec.default_value);
  if (option.repeatable) {
    auto* const value = po::value<Texts>();
    // Those of the command line are instead of a file's.
    if (!option.positional) value->composing();
    return usual.empty() ? value : value->default_value({usual}, usual);
  }
  auto* const value = po::value<std::string>();
  return usual.empty() || option.required ? value : value->default_value(usual, usual);
}

/// Where the arguments go that no option takes.
constexpr const char* kSurplus = "(surplus)";

po::options_description described(const std::vector<Option>& all) {
  po::options_description description;
  for (const Option& option : all) {
    const std::string name = option.spec.name == "help" ? "help,h" : option.spec.name;
    description.add_options()(name.c_str(), semantic_of(option), "");
  }
  return description;
}

po::positional_options_description positional_of(const std::vector<Option>& all) {
  po::positional_options_description positional;
  bool takes_all = false;
  for (const Option& option : all) {
    if (!option.positional) continue;
    positional.add(option.spec.name.c_str(), option.repeatable ? -1 : 1);
    takes_all = takes_all || option.repeatable;
  }
  if (!takes_all) positional.add(kSurplus, -1);
  return positional;
}

Texts* assignments_in(po::variables_map& values) {
  return values.count("set") > 0 ? &values.at("set").as<Texts>() : nullptr;
}

/// The last of two values of one option counts. The first `given` come from the command line, which wins over
/// the file that the others come from.
void put_given_last(Texts& assignments, std::size_t given) {
  std::ranges::rotate(assignments, assignments.begin() + static_cast<std::ptrdiff_t>(given));
}

/// Throws UsageError for a value that its option does not take.
void check_values(const std::vector<Option>& all, const std::string& name, const Texts& texts) {
  const auto option = std::ranges::find(all, name, [](const Option& known) { return known.spec.name; });
  for (const std::string& text : texts)
    if (option != all.end()) (void)options::read(*option, text);
}

/// Opening a pipe would wait for who writes into it.
std::ifstream opened(const std::string& path) {
  std::error_code ignored;
  std::ifstream file;
  if (std::filesystem::is_regular_file(path, ignored)) file.open(path);
  if (!file.is_open())
    throw UsageError(fmt::format("--config {} cannot be read; check the path.", shown(path)));
  return file;
}

/// Such options as there are none of: what was meant instead.
UsageError unknown_option(const std::string& typed, const Command& command) {
  std::vector<std::string> known;
  const std::string dashes = typed.starts_with("-") ? "--" : "";
  for (const Option& option : all_options(command))
    known.push_back(dashes + option.spec.name);
  return UsageError(fmt::format("there is no option \"{}\"{}; `tagloom help {}` shows those there are.",
                                shown(typed), did_you_mean(typed, known), command.name));
}

UsageError wrong_syntax(const po::error& error, const Command& command) {
  return UsageError(
      fmt::format("{}; `tagloom help {}` shows the options.", shown(error.what()), command.name));
}

void check_may_stand_in_a_file(const std::string& name) {
  if (name == "config") throw UsageError("it names another such file; give one file.");
  for (const Option& option : general_options())
    if (option.spec.name == name)
      throw UsageError(fmt::format("--{} is for the command line; remove it there.", name));
}

/// Options of a file; what is wrong with one is said with the file's name.
void store_file(const std::string& path, const po::options_description& description, const Command& command,
                po::variables_map& values) {
  std::ifstream file = opened(path);
  try {
    const po::parsed_options parsed = po::parse_config_file(file, description);
    for (const po::option& option : parsed.options) {
      check_may_stand_in_a_file(option.string_key);
      check_values(command.options, option.string_key, option.value);
    }
    const auto* const given = assignments_in(values);
    const std::size_t count = given == nullptr ? 0 : given->size();
    po::store(parsed, values);
    if (auto* const assignments = assignments_in(values)) put_given_last(*assignments, count);
  } catch (const po::unknown_option& error) {
    throw UsageError(
        fmt::format("--config {}: {}", shown(path), unknown_option(error.get_option_name(), command).what()));
  } catch (const po::error& error) {
    throw UsageError(fmt::format("--config {}: {}", shown(path), wrong_syntax(error, command).what()));
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--config {}: {}", shown(path), error.what()));
  }
}

Texts given_texts(const po::variables_map& values, const Option& option) {
  const po::variable_value& value = values[option.spec.name];
  return option.repeatable ? value.as<Texts>() : Texts{value.as<std::string>()};
}

}  // namespace

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> all = command.options;
  all.insert(all.end(), general_options().begin(), general_options().end());
  return all;
}

std::string usage_of(const Command& command) {
  return fmt::format("tagloom {}{}{}", command.name, command.usage.empty() ? "" : " ", command.usage);
}

bool read(const Command& command, const Arguments& arguments, po::variables_map& values) {
  if (std::ranges::any_of(arguments, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
    print_help(command);
    return false;
  }
  const std::vector<Option> all = all_options(command);
  const po::options_description description = described(all);
  po::options_description with_surplus = described(all);
  with_surplus.add_options()(kSurplus, po::value<Texts>());
  try {
    po::store(po::command_line_parser(arguments).options(with_surplus).positional(positional_of(all)).run(),
              values);
  } catch (const po::unknown_option& error) {
    throw unknown_option(error.get_option_name(), command);
  } catch (const po::error& error) {
    throw wrong_syntax(error, command);
  }
  if (values.count(kSurplus) > 0)
    throw UsageError(fmt::format("\"{}\" is one argument too many; the usage is `{}`.",
                                 shown(values[kSurplus].as<Texts>().front()), usage_of(command)));
  for (const Option& option : all)
    if (is_given(values, option)) check_values(all, option.spec.name, given_texts(values, option));
  if (values.count("config") > 0)
    store_file(values["config"].as<std::string>(), description, command, values);
  return true;
}

bool is_given(const po::variables_map& values, const Option& option) {
  return values.count(option.spec.name) > 0 && !values[option.spec.name].defaulted();
}

options::Values given_values(const po::variables_map& values, const Option& option) {
  options::Values read;
  for (const std::string& text : given_texts(values, option))
    read.push_back(options::read(option, text));
  return read;
}

void require_all(const Command& command, const po::variables_map& values) {
  for (const Option& option : command.options) {
    if (!option.required || values.count(option.spec.name) > 0) continue;
    throw UsageError(fmt::format("--{} {} is required, but missing; the usage is `{}`.", option.spec.name,
                                 option.value_name, usage_of(command)));
  }
}

}  // namespace tagloom::commands
