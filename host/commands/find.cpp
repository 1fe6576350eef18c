#include "commands/find.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::commands {

const Command* command_named(const std::vector<Command>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Command::name);
  return found == all.end() ? nullptr : &*found;
}

bool begins_a_command(const std::vector<Command>& all, const std::string& word) {
  return std::ranges::any_of(all,
                             [&](const Command& command) { return command.name.starts_with(word + " "); });
}

const Command& existing_command(const std::vector<Command>& all, const std::string& name) {
  const Command* const command = command_named(all, name);
  if (command == nullptr) throw_no_command(all, name);
  return *command;
}

void throw_no_command(const std::vector<Command>& all, const std::string& name) {
  if (name.starts_with("-"))
    throw UsageError(
        fmt::format("there is no option \"{}\" before a command{}; `tagloom --help` lists the commands.",
                    shown(name), did_you_mean(name, std::vector<std::string>{"--help", "--version"})));
  std::vector<std::string> known;
  const bool one_word = name.find(' ') == std::string::npos;
  for (const Command& command : all) {
    known.emplace_back(command.name);
    // "chache" is meant for the first word of two, "buildcache" for none.
    if (one_word) known.emplace_back(command.name.substr(0, command.name.find(' ')));
  }
  throw UsageError(fmt::format("there is no command \"{}\"{}; `tagloom --help` lists them.", shown(name),
                               did_you_mean(name, known)));
}

}  // namespace tagloom::commands
