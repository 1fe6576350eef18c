#pragma once

/// The command line: `tagloom <command> [options]`. Each command maps its options onto a library call and
/// prints what came of it; no command computes anything itself. A new one is a file that defines its
/// `Command`, and a row of `commands()`.

#include "options/option.hpp"

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
  std::string_view usage;
  /// Its own options; command_line.hpp adds those that every command has.
  std::vector<options::Option> options;
  /// Runs it with what follows its name.
  void (*run)(const Command& self, const Arguments& arguments);
};

Command dataset_demo();
Command dataset_info();
Command cache_build();
Command cache_info();
Command cache_verify();
Command train();
Command evaluate();
Command annotate();
Command plugins_list();
Command plugins_inspect();
Command plugins_check();
Command plugins_new();
Command info();
Command completion();
Command man();

/// All of them, as help lists them.
const std::vector<Command>& commands();

/// What a program can do, and what it does before that.
struct Program {
  const std::vector<Command>& commands;
  void (*prepare)();
};

/// Runs one command; returns the exit status (docs/exit-status.md). Never throws.
int run(const Program& program, int argc, char** argv);

/// For a process that another one started as its helper (runtime/helper.hpp): `--helper WHAT WORD...`. False
/// for any other command line.
bool is_helper(int argc, char** argv);
/// Returns the exit status. Never throws.
int run_as_helper(int argc, char** argv, void (*prepare)());

}  // namespace tagloom::commands
