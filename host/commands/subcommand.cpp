#include "commands/subcommand.hpp"

#include "runtime/output.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::commands {

void call_subcommand(std::string_view command, std::span<const Subcommand> known,
                     const Arguments& arguments) {
  std::string usage;
  for (const Subcommand& one : known)
    usage += fmt::format("\n  tagloom {} {:<8} {}", command, one.name, one.summary);
  if (arguments.empty()) throw UsageError(fmt::format("Say which of these you want:{}", usage));
  if (arguments[0] == "--help" || arguments[0] == "-h") {
    runtime::print("{}\n\n`tagloom {} COMMAND --help` shows the options.\n", usage, command);
    return;
  }
  const auto found = std::ranges::find(known, arguments[0], &Subcommand::name);
  if (found == known.end())
    throw UsageError(fmt::format("There is no \"{} {}\"; there is:{}", command, shown(arguments[0]), usage));
  found->call(Arguments(arguments.begin() + 1, arguments.end()));
}

}  // namespace tagloom::commands
