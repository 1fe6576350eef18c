#include "commands/lines/plugins.hpp"

#include "registry/kind_names.hpp"

namespace tagloom::commands {
namespace {

using options::Row;

std::vector<std::string> kind_names() {
  return {registry::kKindNames.begin(), registry::kKindNames.end()};
}

options::Table<NamedPlugins> named_rows() {
  return options::joined<NamedPlugins>(
      {{Row("name", &NamedPlugins::name, "the component (the option's name may be left out)")
            .value_name("NAME")
            .required()
            .positional()},
       options::nested(&NamedPlugins::plugins, plugin_folder_rows())});
}

options::Table<PluginsListLine> list_table() {
  using C = PluginsListLine;
  return options::joined<C>(
      {{Row("all", &C::all,
            "also try what was never loaded in a process of its own, and show folders and libraries"),
        Row("json", &C::json, "print all of it as JSON")},
       options::nested(&C::plugins, plugin_folder_rows())});
}

options::Table<PluginsInspectLine> inspect_table() {
  using C = PluginsInspectLine;
  return options::joined<C>(
      {options::nested(&C::named, named_rows()), {Row("json", &C::json, "print it as JSON")}});
}

options::Table<PluginsCheckLine> check_table() {
  using C = PluginsCheckLine;
  return options::joined<C>(
      {options::nested(&C::named, named_rows()),
       {assignments_row(&C::assignments),
        Row("seconds", &C::seconds, "the most that a component's check may take").from(1)}});
}

/// The component's own options apply, e.g. to check an encoder with its real weights.
void settle_check(PluginsCheckLine& line) {
  line.settings = settings_of({.folders = {}, .assignments = line.assignments}, kind_names());
}

options::Table<PluginsNewLine> new_table() {
  using registry::NewProject;
  return options::joined<PluginsNewLine>(
      {options::nested<PluginsNewLine, NewProject>(
           &PluginsNewLine::project,
           {Row("kind", &NewProject::kind, "what it is")
                .value_name("KIND")
                .choices(kind_names())
                .required()
                .positional(),
            Row("name", &NewProject::name, "what it is called, e.g. my_decoder")
                .value_name("NAME")
                .required()
                .positional(),
            Row("out", &NewProject::folder, "folder to write; one of the component's name unless given")
                .folder()}),
       options::nested(&PluginsNewLine::plugins, plugin_folder_rows())});
}

void settle_new(PluginsNewLine& line) {
  if (line.project.folder.empty()) line.project.folder = line.project.name;
}

}  // namespace

const Line<PluginsListLine>& plugins_list_line() {
  static const Line<PluginsListLine> line{
      .command = {.name = "plugins list",
                  .summary = "list plugins, and those that were refused",
                  .usage = "[options]",
                  .examples = {"tagloom plugins list", "tagloom plugins list --all --plugin-dir build"}},
      .table = list_table()};
  return line;
}

const Line<PluginsInspectLine>& plugins_inspect_line() {
  static const Line<PluginsInspectLine> line{
      .command = {.name = "plugins inspect",
                  .summary = "show a plugin with its options",
                  .usage = "NAME [options]",
                  .examples = {"tagloom plugins inspect tresnet", "tagloom plugins inspect ria --json"}},
      .table = inspect_table()};
  return line;
}

const Line<PluginsCheckLine>& plugins_check_line() {
  static const Line<PluginsCheckLine> line{
      .command = {.name = "plugins check",
                  .summary = "check that a plugin keeps what its kind promises",
                  .usage = "NAME [options]",
                  .examples = {"tagloom plugins check ria",
                               "tagloom plugins check my_decoder --plugin-dir build --set decoder.hidden=8"}},
      .table = check_table(),
      .settle = settle_check};
  return line;
}

const Line<PluginsNewLine>& plugins_new_line() {
  static const Line<PluginsNewLine> line{
      .command = {.name = "plugins new",
                  .summary = "write a small plugin of one's own to begin with",
                  .usage = "KIND NAME [options]",
                  .examples = {"tagloom plugins new decoder my_decoder",
                               "tagloom plugins new encoder vit --out vit-project"}},
      .table = new_table(),
      .settle = settle_new};
  return line;
}

}  // namespace tagloom::commands
