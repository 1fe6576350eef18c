#include "commands/help.hpp"

#include "commands/command_line.hpp"
#include "runtime/output.hpp"
#include "runtime/terminal.hpp"
#include "runtime/wrapped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tagloom::commands {
namespace {

using options::Option;
using runtime::entry;
using runtime::wrapped;

constexpr int kNarrowest = 60;
constexpr int kWidest = 100;
/// Names that are longer have their help below them.
constexpr std::size_t kLongestName = 30;

std::size_t width() {
  return static_cast<std::size_t>(help_width());
}

void print_commands(const std::vector<Command>& all, std::string_view first_word = {}) {
  std::size_t start = 0;
  for (const Command& command : all)
    start = std::max(start, command.name.size() + 4);
  for (const Command& command : all)
    if (command.name.starts_with(first_word))
      runtime::print("{}", entry(fmt::format("  {}", command.name), command.summary, start, width()));
}

std::string name_of(const Option& option) {
  return fmt::format("  --{}{}{}", option.spec.name, option.is_flag() ? "" : " ",
                     option.is_flag() ? "" : option.value_name);
}

/// What it takes, where its help does not say that already.
std::string takes(const Option& option) {
  const auto is_said = [&](const std::string& word) {
    return option.spec.help.find(word) != std::string::npos;
  };
  return std::ranges::all_of(option.spec.choices, is_said) ? "" : options::range_of(option.spec);
}

std::string help_of(const Option& option) {
  std::string text = option.spec.help;
  if (const std::string words = takes(option); !words.empty()) text += ": " + words;
  const std::string usual = to_text(option.spec.default_value);
  if (option.required)
    text += " (required)";
  else if (!option.is_flag() && !usual.empty())
    text += fmt::format(" (default {})", usual);
  return text;
}

/// Where help begins in a line.
std::size_t start_of_help(const std::vector<Option>& all) {
  std::size_t longest = 0;
  for (const Option& option : all)
    if (const auto size = name_of(option).size(); size <= kLongestName) longest = std::max(longest, size);
  return std::min(longest + 2, width() / 2);
}

void print_options(const std::vector<Option>& all) {
  const std::size_t start = start_of_help(all);
  for (const std::string& group : options::groups_of(all)) {
    runtime::print("\n");
    runtime::print_heading(group + ":");
    for (const Option& option : all)
      if (option.group == group)
        runtime::print("{}", entry(name_of(option), help_of(option), start, width()));
  }
}

}  // namespace

int help_width() {
  return std::clamp(runtime::columns(), kNarrowest, kWidest);
}

void print_help(const std::vector<Command>& all) {
  runtime::print("tagloom {}: tags images with label sequences\n\nusage: tagloom COMMAND [options]\n\n",
                 TAGLOOM_VERSION);
  runtime::print_heading("commands:");
  print_commands(all);
  runtime::print(
      "\n{}", wrapped("`tagloom help COMMAND` shows a command's options with examples, `tagloom man COMMAND` "
                      "its manual page; `tagloom --version` shows the version.",
                      {.width = width()}));
}

void print_help(const std::vector<Command>& all, std::string_view first_word) {
  runtime::print("usage: tagloom {} COMMAND [options]\n\n", first_word);
  runtime::print_heading("commands:");
  print_commands(all, std::string(first_word) + " ");
  runtime::print("\n`tagloom {} COMMAND --help` shows the options.\n", first_word);
}

void print_help(const Command& command) {
  runtime::print("{}", wrapped(fmt::format("tagloom {}: {}", command.name, command.summary),
                               {.width = width(), .indent = 2}));
  runtime::print("\n{}", wrapped("usage: " + usage_of(command), {.width = width(), .indent = 9}));
  if (!command.examples.empty()) {
    runtime::print("\n");
    runtime::print_heading("examples:");
  }
  for (const std::string_view example : command.examples)
    runtime::print("{}",
                   wrapped(example, {.width = width(), .first_indent = 2, .indent = 6, .continued = " \\"}));
  print_options(all_options(command));
}

}  // namespace tagloom::commands
