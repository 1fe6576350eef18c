#include "commands/command_line.hpp"
#include "commands/commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace tagloom::commands {
namespace {

using options::Option;

enum class Shell { bash, zsh };

}  // namespace
}  // namespace tagloom::commands

template <>
struct tagloom::options::Words<tagloom::commands::Shell> {
  static constexpr auto kAll =
      std::to_array<Word<commands::Shell>>({{commands::Shell::bash, "bash"}, {commands::Shell::zsh, "zsh"}});
};

namespace tagloom::commands {
namespace {

struct CompletionCommand {
  Shell shell = Shell::bash;
};

options::Table<CompletionCommand> table() {
  return {options::Row("shell", &CompletionCommand::shell, "the shell (the option's name may be left out)")
              .positional()};
}

/// What may follow an option, as a line of shell.
std::string offer_for(const Option& option) {
  if (!option.spec.choices.empty()) return fmt::format("words='{}'", fmt::join(option.spec.choices, " "));
  if (option.value_name == "FILE") return "kind=file";
  return option.value_name == "DIR" ? "kind=folder" : "words=";
}

/// What is offered at each place of one command's line.
std::string offers_of(const Command& command) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> options_by_offer;
  std::string bare;
  for (const Option& option : all_options(command)) {
    names.push_back("--" + option.spec.name);
    if (!option.is_flag()) options_by_offer[offer_for(option)].push_back(names.back());
    if (option.positional) bare = offer_for(option) + " ";
  }
  std::string text = fmt::format("  '{}')\n    case $before in\n", command.name);
  for (const auto& [offer, options] : options_by_offer)
    text += fmt::format("    {}) {} ;;\n", fmt::join(options, " | "), offer);
  return text + fmt::format("    *) {}options='{}' ;;\n    esac ;;\n", bare, fmt::join(names, " "));
}

/// First words, and by those that have some their second words.
std::map<std::string, std::set<std::string>> words_of_commands() {
  std::map<std::string, std::set<std::string>> words;
  for (const Command& command : commands()) {
    const auto blank = command.name.find(' ');
    auto& second = words[std::string(command.name.substr(0, blank))];
    if (blank != std::string_view::npos) second.emplace(command.name.substr(blank + 1));
  }
  return words;
}

std::string script() {
  std::string first;
  std::string second;
  std::string offers;
  for (const auto& [word, others] : words_of_commands()) {
    first += word + " ";
    if (!others.empty())
      second += fmt::format(
          "  {}) if ((COMP_CWORD > 2)); then command+=\" ${{COMP_WORDS[2]}}\"; else words='{}'; fi ;;\n",
          word, fmt::join(others, " "));
  }
  for (const Command& command : commands())
    offers += offers_of(command);
  return fmt::format(R"(_tagloom() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  local words= options= kind=
  if ((COMP_CWORD == 1)); then command= words='{} --help --version'; fi
  case $command in
{}  esac
  case $command in
{}  esac
  # An argument without a name: options once it begins like one.
  case $word in
  -*) [ -z "$options" ] || {{ words=$options; kind=; }} ;;
  *) [ -n "$words$kind" ] || words=$options ;;
  esac
  if [ -n "$kind" ]; then
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    if [ "$kind" = folder ]; then COMPREPLY=($(compgen -d -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
  else
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  fi
}}
complete -F _tagloom tagloom
)",
                     first, second, offers);
}

void run_completion(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CompletionCommand command;
  if (!parse(self, table(), arguments, values, command)) return;
  if (command.shell == Shell::zsh)
    runtime::print("#compdef tagloom\nautoload -U +X compinit bashcompinit && compinit && bashcompinit\n");
  runtime::print("{}", script());
}

}  // namespace

Command completion() {
  return {.name = "completion",
          .summary = "print what lets a shell complete command lines",
          .usage = "[bash | zsh]",
          .options = options::options_of(table()),
          .run = run_completion};
}

}  // namespace tagloom::commands
