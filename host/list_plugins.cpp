/// `tagloom plugins list` alone, without LibTorch, whose libraries take a third of a second to be loaded.

#include "commands/commands.hpp"

int main(int argc, char** argv) {
  using namespace tagloom::commands;
  const std::vector<Command> only = {plugins_list()};
  return run({.commands = only, .prepare = [] {}}, argc, argv);
}
