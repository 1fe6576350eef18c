#include "commands/lines/plugins.hpp"
#include "commands/work.hpp"
#include "registry/new_project.hpp"
#include "runtime/for_shell.hpp"
#include "runtime/output.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::commands {
void run_plugins_new(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  PluginsNewLine command;
  if (!parse(self, plugins_new_line(), arguments, values, command)) return;
  const registry::NewProject& project = command.project;
  const auto files = registry::write_project(project, registry_of(command.plugins));
  runtime::print("wrote the {} {} to {}: {}\n", project.kind, project.name, shown(project.folder),
                 fmt::join(files, ", "));
  runtime::print(
      "\nTo build and to test it:\n\n"
      "  cd {}\n"
      "  cmake -B build -G Ninja -DCMAKE_PREFIX_PATH={}\n"
      "  cmake --build build\n"
      "  ctest --test-dir build --output-on-failure\n\n"
      "README.md says how to go on.\n",
      runtime::for_shell(shown(project.folder)), runtime::for_shell(shown(runtime::prefix())));
}

}  // namespace tagloom::commands
