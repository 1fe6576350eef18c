#pragma once

/// The command line: `tagloom <command> [options]`. What a command takes is its line (lines/), read and
/// answered without LibTorch where no work is asked for; what it does is its work (work.hpp), which maps the
/// options onto a library call and prints what came of it. No command computes anything itself. A new one is
/// a file in lines/, a row of `front_commands()`, a file with its work and a row of `commands()`.

#include "options/option.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {

using Arguments = std::vector<std::string>;

struct Command {
  /// One word or two: "train", "cache build".
  std::string_view name;
  std::string_view summary;
  /// What follows the name: "--data DIR [options]".
  std::string_view usage = {};
  /// Command lines as one may type them, for help and manual pages.
  std::vector<std::string_view> examples = {};
  /// Its own options; command_line.hpp adds those that every command has.
  std::vector<options::Option> options = {};
  /// Reads what follows its name, and answers what asks for no work (`--help`, `--print-config`): then it is
  /// false. Throws UsageError.
  std::function<bool(const Command& self, const Arguments& arguments)> read = {};
  /// Runs it with what follows its name. Null where only another program can.
  void (*run)(const Command& self, const Arguments& arguments) = nullptr;
};

/// All of them, as help lists them. Those that need LibTorch cannot run.
const std::vector<Command>& front_commands();
/// All of them, and all can run.
const std::vector<Command>& commands();

/// What a program can do, and what it does before that.
struct Program {
  const std::vector<Command>& commands;
  void (*prepare)();
  /// For a command that cannot run here: becomes a program in which it can.
  std::function<void()> hand_over = {};
};

/// Runs one command; returns the exit status (docs/exit-status.md). Never throws.
int run(const Program& program, int argc, char** argv);

/// For a process that another one started as its helper (runtime/helper.hpp): `--helper WHAT WORD...`. False
/// for any other command line.
bool is_helper(int argc, char** argv);
/// Returns the exit status. Never throws.
int run_as_helper(int argc, char** argv, void (*prepare)());

}  // namespace tagloom::commands
