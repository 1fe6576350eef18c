#include "commands/lines/manual.hpp"

namespace tagloom::commands {
namespace {

using options::Row;

constexpr const char* kTheCommand = "the command (the option's name may be left out)";

}  // namespace

const Line<HelpLine>& help_line() {
  static const Line<HelpLine> line{
      .command = {.name = "help",
                  .summary = "show the commands, or the options of one",
                  .usage = "[COMMAND]",
                  .examples = {"tagloom help train", "tagloom help cache build"}},
      .table = {Row("command", &HelpLine::words, kTheCommand).value_name("COMMAND").positional()}};
  return line;
}

const Line<ManLine>& man_line() {
  static const Line<ManLine> line{
      .command = {.name = "man",
                  .summary = "print a manual page, for `man -l -`",
                  .usage = "[COMMAND] [options]",
                  .examples = {"tagloom man train", "tagloom man --folder share/man/man1"}},
      .table = {Row("command", &ManLine::words, kTheCommand).value_name("COMMAND").positional(),
                Row("folder", &ManLine::folder, "write the pages of all commands here instead").folder()}};
  return line;
}

const Line<CompletionLine>& completion_line() {
  static const Line<CompletionLine> line{
      .command = {.name = "completion",
                  .summary = "print what lets a shell complete command lines",
                  .usage = "[bash | zsh]",
                  .examples = {"tagloom completion bash", "tagloom completion zsh"}},
      .table = {Row("shell", &CompletionLine::shell, "the shell (the option's name may be left out)")
                    .positional()}};
  return line;
}

}  // namespace tagloom::commands
