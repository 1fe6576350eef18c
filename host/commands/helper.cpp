#include "commands/commands.hpp"
#include "registry/inspection.hpp"
#include "registry/trial.hpp"
#include "runtime/output.hpp"

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::commands {

bool is_helper(int argc, char** argv) {
  return argc > 2 && std::string_view(argv[1]) == "--helper";
}

int run_as_helper(int argc, char** argv, void (*prepare)()) {
  const std::string_view what = argv[2];
  const std::vector<std::string> words(argv + 3, argv + argc);
  try {
    prepare();
    if (what == "inspect") registry::inspect_as_helper(words);
    if (what == "try") registry::try_as_helper(words);
    return 0;
  } catch (const std::exception& error) {
    // Whoever called it repeats the end of what is said here.
    runtime::print_error("{}\n", error.what());
    return 1;
  }
}

}  // namespace tagloom::commands
