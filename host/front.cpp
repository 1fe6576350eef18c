/// `libexec/tagloom-front`: answers what follows from the tables of options alone (help, completion, manual
/// pages, mistakes) and lists plugins, without LibTorch, whose libraries take a third of a second to be
/// loaded. For work it becomes the full program.

#include "commands/commands.hpp"
#include "runtime/become_program.hpp"

int main(int argc, char** argv) {
  using namespace tagloom;
  return commands::run({.commands = commands::front_commands(),
                        .prepare = [] {},
                        .hand_over = [argv] { runtime::become_full_program(argv); }},
                       argc, argv);
}
