#pragma once

/// Commands by the words that a user types.

#include "commands/commands.hpp"

#include <string>
#include <string_view>

namespace tagloom::commands {

/// Null if there is none.
const Command* command_named(const std::vector<Command>& all, std::string_view name);

/// Whether it is the first word of commands of two.
bool begins_a_command(const std::vector<Command>& all, const std::string& word);

/// Throws UsageError, with the name that may have been meant.
const Command& existing_command(const std::vector<Command>& all, const std::string& name);

/// Throws UsageError that says that there is no such command, and which may have been meant.
[[noreturn]] void throw_no_command(const std::vector<Command>& all, const std::string& name);

}  // namespace tagloom::commands
