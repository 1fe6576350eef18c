#pragma once

/// What `--help` prints, from the tables of options and commands, as wide as the terminal: from 60 columns
/// on, and never more than 100, which nobody reads.

#include "commands/commands.hpp"

#include <string_view>
#include <vector>

namespace tagloom::commands {

/// The columns of help's text.
int help_width();

/// All commands.
void print_help(const std::vector<Command>& all);
/// Those that begin with this word.
void print_help(const std::vector<Command>& all, std::string_view first_word);
/// One command: usage, examples, options by their groups with what they are unless given.
void print_help(const Command& command);

}  // namespace tagloom::commands
