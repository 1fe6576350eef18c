#include "commands/command_line.hpp"

#include <tagloom/base/name.hpp>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <fmt/ostream.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace tagloom::commands {
namespace {

using options::Option;
using options::Texts;

po::value_semantic* semantic_of(const Option& option) {
  // No word for it: help shows none.
  if (option.is_flag()) return po::value<std::string>()->zero_tokens()->implicit_value("true", "");
  const std::string usual = to_text(option.spec.default_value);
  if (option.repeatable) {
    auto* const value = po::value<Texts>()->value_name(option.value_name);
    // Those of the command line are instead of a file's.
    if (!option.positional) value->composing();
    return usual.empty() ? value : value->default_value({usual}, usual);
  }
  auto* const value = po::value<std::string>()->value_name(option.value_name);
  return usual.empty() || option.required ? value : value->default_value(usual, usual);
}

/// Headed by their groups.
po::options_description described(const std::vector<Option>& all) {
  const auto add_to = [](po::options_description& description, const Option& option) {
    const std::string name = option.spec.name == "help" ? "help,h" : option.spec.name;
    description.add_options()(name.c_str(), semantic_of(option), option.spec.help.c_str());
  };
  const Texts groups = options::groups_of(all);
  po::options_description description(groups.front());
  for (const std::string& name : groups) {
    po::options_description group(name);
    po::options_description& place = name == groups.front() ? description : group;
    for (const Option& option : all)
      if (option.group == name) add_to(place, option);
    if (name != groups.front()) description.add(group);
  }
  return description;
}

po::positional_options_description positional_of(const std::vector<Option>& all) {
  po::positional_options_description positional;
  for (const Option& option : all)
    if (option.positional) positional.add(option.spec.name.c_str(), option.repeatable ? -1 : 1);
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

/// Options of a file; what is wrong with one is said with the file's name.
void store_file(const std::string& path, const po::options_description& description,
                const std::vector<Option>& all, po::variables_map& values) {
  std::ifstream file = opened(path);
  try {
    const po::parsed_options parsed = po::parse_config_file(file, description);
    for (const po::option& option : parsed.options) {
      if (option.string_key == "config") throw UsageError("it names another such file; give one file.");
      check_values(all, option.string_key, option.value);
    }
    const auto* const given = assignments_in(values);
    const std::size_t count = given == nullptr ? 0 : given->size();
    po::store(parsed, values);
    if (auto* const assignments = assignments_in(values)) put_given_last(*assignments, count);
  } catch (const po::error& error) {
    throw UsageError(
        fmt::format("--config {}: {}; --help shows the options.", shown(path), shown(error.what())));
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("--config {}: {}", shown(path), error.what()));
  }
}

std::string usage_of(const Command& command) {
  return fmt::format("tagloom {}{}{}", command.name, command.usage.empty() ? "" : " ", command.usage);
}

Texts given_texts(const po::variables_map& values, const Option& option) {
  const po::variable_value& value = values[option.spec.name];
  return option.repeatable ? value.as<Texts>() : Texts{value.as<std::string>()};
}

/// What every command has: help and files of options.
const std::vector<Option>& general_options() {
  static const std::vector<Option> all = {
      {.spec = {.name = "help", .default_value = false, .help = "show this"}},
      {.spec = {.name = "config",
                .default_value = std::string(),
                .help = "read further options from a file of name = value lines"},
       .value_name = "FILE"},
      {.spec = {.name = "print-config",
                .default_value = false,
                .help = "print all options as such a file, and do nothing else"}}};
  return all;
}

}  // namespace

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> all = command.options;
  all.insert(all.end(), general_options().begin(), general_options().end());
  return all;
}

bool read(const Command& command, const Arguments& arguments, po::variables_map& values) {
  const std::vector<Option> all = all_options(command);
  const po::options_description description = described(all);
  if (std::ranges::any_of(arguments, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
    runtime::print("usage: {}\n\n{}", usage_of(command), fmt::streamed(description));
    return false;
  }
  try {
    po::store(po::command_line_parser(arguments).options(description).positional(positional_of(all)).run(),
              values);
  } catch (const po::error& error) {
    throw UsageError(fmt::format("{}; --help shows the options.", shown(error.what())));
  }
  for (const Option& option : all)
    if (is_given(values, option)) check_values(all, option.spec.name, given_texts(values, option));
  if (values.count("config") > 0) store_file(values["config"].as<std::string>(), description, all, values);
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
    const std::string name = option.positional ? option.value_name : "--" + option.spec.name;
    throw UsageError(fmt::format("{} is required, but missing; the usage is `{}`.", name, usage_of(command)));
  }
}

}  // namespace tagloom::commands
