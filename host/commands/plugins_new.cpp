#include "commands/arguments.hpp"
#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "registry/kinds.hpp"
#include "registry/new_project.hpp"
#include "runtime/output.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tagloom::commands {
namespace {

struct NewCommand {
  registry::NewProject project;
  PluginOptions plugins;
};

std::vector<std::string> kinds_with_templates() {
  std::vector<std::string> names;
  for (const registry::Kind& kind : registry::kinds())
    names.push_back(kind.name);
  return names;
}

options::Table<NewCommand> new_table() {
  using options::Row;
  using registry::NewProject;
  return options::joined<NewCommand>(
      {options::nested<NewCommand, NewProject>(
           &NewCommand::project,
           {Row("kind", &NewProject::kind, "what it is")
                .value_name("KIND")
                .choices(kinds_with_templates())
                .required()
                .positional(),
            Row("name", &NewProject::name, "what it is called, e.g. my_decoder")
                .value_name("NAME")
                .required()
                .positional(),
            Row("out", &NewProject::folder, "folder to write; one of the component's name unless given")
                .folder()}),
       options::nested(&NewCommand::plugins, plugin_folder_rows())});
}

void run_new(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  NewCommand command;
  if (!parse(self, new_table(), arguments, values, command)) return;
  auto& project = command.project;
  if (project.folder.empty()) project.folder = project.name;
  const auto files = registry::write_project(project, registry_of(command.plugins));
  runtime::print("wrote the {} {} to {}: {}\n", project.kind, project.name, shown(project.folder),
                 fmt::join(files, ", "));
  runtime::print(
      "\nTo build and to test it:\n\n"
      "  cd \"{}\"\n"
      "  cmake -B build -G Ninja -DCMAKE_PREFIX_PATH=\"{}\"\n"
      "  cmake --build build\n"
      "  ctest --test-dir build --output-on-failure\n\n"
      "README.md says how to go on.\n",
      shown(project.folder), shown(runtime::prefix()));
}

}  // namespace

Command plugins_new() {
  return {.name = "plugins new",
          .summary = "write a small plugin of one's own to begin with",
          .usage = "KIND NAME [options]",
          .options = options::options_of(new_table()),
          .run = run_new};
}

}  // namespace tagloom::commands
