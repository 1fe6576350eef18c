#pragma once

/// Commands of two words: `tagloom cache build`.

#include "commands/commands.hpp"

#include <span>
#include <string_view>

namespace tagloom::commands {

struct Subcommand {
  std::string_view name;
  std::string_view summary;
  void (*call)(const Arguments&);
};

/// Calls the one that the first argument names with the rest, or shows what there is. Throws UsageError for
/// another name.
void call_subcommand(std::string_view command, std::span<const Subcommand> known, const Arguments& arguments);

}  // namespace tagloom::commands
