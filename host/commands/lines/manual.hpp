#pragma once

/// What tells of the commands themselves: `tagloom help`, `tagloom man` and `tagloom completion`.

#include "commands/line.hpp"

#include <array>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::commands {

struct HelpLine {
  std::vector<std::string> words;
};
const Line<HelpLine>& help_line();

struct ManLine {
  std::vector<std::string> words;
  std::filesystem::path folder;
};
const Line<ManLine>& man_line();

enum class Shell { bash, zsh };

struct CompletionLine {
  Shell shell = Shell::bash;
};
const Line<CompletionLine>& completion_line();

}  // namespace tagloom::commands

template <>
struct tagloom::options::Words<tagloom::commands::Shell> {
  static constexpr auto kAll =
      std::to_array<Word<commands::Shell>>({{commands::Shell::bash, "bash"}, {commands::Shell::zsh, "zsh"}});
};
