#include "commands/commands.hpp"
#include "runtime/memory.hpp"
#include "runtime/process.hpp"
#include "runtime/working_folder.hpp"

namespace {

void prepare() {
  tagloom::runtime::keep_working_folder();
  tagloom::runtime::prepare_process();
  tagloom::runtime::ask_for_memory_to_begin();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace tagloom::commands;
  if (is_helper(argc, argv)) return run_as_helper(argc, argv, prepare);
  return run({.commands = commands(), .prepare = prepare}, argc, argv);
}
