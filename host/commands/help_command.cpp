#include "commands/find.hpp"
#include "commands/help.hpp"
#include "commands/lines/manual.hpp"
#include "commands/work.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::commands {

void run_help(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  HelpLine line;
  if (!parse(self, help_line(), arguments, values, line)) return;
  const std::vector<Command>& all = front_commands();
  if (line.words.empty()) return print_help(all);
  const std::string name = fmt::format("{}", fmt::join(line.words, " "));
  if (line.words.size() == 1 && begins_a_command(all, name)) return print_help(all, name);
  print_help(existing_command(all, name));
}

}  // namespace tagloom::commands
