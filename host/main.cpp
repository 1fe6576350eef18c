#include "commands/commands.hpp"

int main(int argc, char** argv) {
  return tagloom::commands::run(argc, argv);
}
