#include "commands/commands.hpp"
#include "registry/inspection.hpp"
#include "registry/trial.hpp"

#include <exception>
#include <string_view>

namespace tagloom::commands {

bool is_helper(int argc, char** argv) {
  return argc == 4 && std::string_view(argv[1]) == "--helper";
}

int run_as_helper(char** argv) {
  const std::string_view what = argv[2];
  try {
    if (what == "inspect") registry::inspect_as_helper(argv[3]);
    if (what == "try") registry::try_as_helper(argv[3]);
    return 0;
  } catch (const std::exception&) {
    // Nobody reads what it says; who called it sees that there is no answer.
    return 1;
  }
}

}  // namespace tagloom::commands
