#include "commands/lines/manual.hpp"
#include "commands/work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {
namespace {

using options::Option;

/// What may follow an option, as a line of shell.
std::string offer_for(const Option& option) {
  if (!option.spec.choices.empty()) return fmt::format("offered='{}'", fmt::join(option.spec.choices, " "));
  if (option.value_name == "FILE" || option.value_name == "DATA" || option.value_name == "PATH")
    return "kind=file";
  if (option.value_name == "COMMAND") return "kind=command";
  return option.value_name == "DIR" ? "kind=folder" : "offered=";
}

/// What is offered for the first argument without a name: of two, the second is a matter of taste.
std::string offer_without_name(const std::vector<Option>& all) {
  for (const Option& option : all)
    if (option.positional) return offer_for(option) + " ";
  return "";
}

/// What is offered at each place of one command's line.
std::string offers_of(const Command& command) {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> options_by_offer;
  for (const Option& option : all_options(command)) {
    names.push_back("--" + option.spec.name);
    if (!option.is_flag()) options_by_offer[offer_for(option)].push_back(names.back());
  }
  std::string text = fmt::format("  '{}')\n    case $before in\n", command.name);
  for (const auto& [offer, options] : options_by_offer)
    text += fmt::format("    {}) {} ;;\n", fmt::join(options, " | "), offer);
  return text + fmt::format("    *) {}named='{}' ;;\n    esac ;;\n", offer_without_name(command.options),
                            fmt::join(names, " "));
}

/// First words, and by those that have some their second words.
std::map<std::string, std::set<std::string>> words_of_commands() {
  std::map<std::string, std::set<std::string>> words;
  for (const Command& command : front_commands()) {
    const auto blank = command.name.find(' ');
    auto& second = words[std::string(command.name.substr(0, blank))];
    if (blank != std::string_view::npos) second.emplace(command.name.substr(blank + 1));
  }
  return words;
}

/// A function for both shells: what may stand at a place of a line, as words in `offered` or as a `kind`.
std::string offers() {
  std::string first;
  std::string second;
  std::string of_commands;
  for (const auto& [word, others] : words_of_commands()) {
    first += word + " ";
    if (!others.empty()) second += fmt::format("    {}) echo '{}' ;;\n", word, fmt::join(others, " "));
  }
  for (const Command& command : front_commands())
    of_commands += offers_of(command);
  return fmt::format(R"(_tagloom_second() {{
  case $1 in
{0}  esac
}}
# Takes the place, its word, the word before, and the line's first two words.
_tagloom_offer() {{
  local place=$1 word=$2 before=$3 command=$4 named= second=
  offered= kind=
  if ((place == 1)); then command= offered='{1}--help --version'; fi
  second=$(_tagloom_second "$command")
  if [ -n "$second" ]; then
    if ((place > 2)); then command+=" $5"; else offered=$second; fi
  fi
  case $command in
{2}  esac
  # The words of a command, behind `help` and `man`.
  if [ "$kind" = command ]; then
    kind= offered=$(_tagloom_second "$before")
    if ((place == 2)); then offered='{1}'; fi
  fi
  # An argument without a name: options once it begins like one.
  case $word in
  -*) [ -z "$named" ] || {{ offered=$named; kind=; }} ;;
  *) [ -n "$offered$kind" ] || offered=$named ;;
  esac
}}
)",
                     second, first, of_commands);
}

constexpr std::string_view kBash = R"(_tagloom() {
  local word=${COMP_WORDS[COMP_CWORD]} offered kind
  _tagloom_offer "$COMP_CWORD" "$word" "${COMP_WORDS[COMP_CWORD-1]}" "${COMP_WORDS[1]}" "${COMP_WORDS[2]}"
  if [ -n "$kind" ]; then
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    if [ "$kind" = folder ]; then COMPREPLY=($(compgen -d -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
  else
    COMPREPLY=($(compgen -W "$offered" -- "$word"))
  fi
}
complete -F _tagloom tagloom
)";

/// Both a file that zsh finds by its name (an installation's), whose first call is a completion, too, and
/// lines to evaluate.
constexpr std::string_view kZsh = R"(_tagloom() {
  local offered kind
  _tagloom_offer $((CURRENT - 1)) "$words[CURRENT]" "$words[CURRENT-1]" "$words[2]" "$words[3]"
  case $kind in
  file) _files ;;
  folder) _files -/ ;;
  *) compadd -- ${=offered} ;;
  esac
}
if [ "$funcstack[1]" = _tagloom ]; then
  _tagloom "$@"
else
  (($+functions[compdef])) || { autoload -U compinit && compinit; }
  compdef _tagloom tagloom
fi
)";

}  // namespace

void run_completion(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CompletionLine line;
  if (!parse(self, completion_line(), arguments, values, line)) return;
  if (line.shell == Shell::zsh)
    runtime::print("#compdef tagloom\n{}{}", offers(), kZsh);
  else
    runtime::print("{}{}", offers(), kBash);
}

}  // namespace tagloom::commands
