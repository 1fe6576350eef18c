#include "commands/find.hpp"
#include "commands/lines/manual.hpp"
#include "commands/work.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace tagloom::commands {
namespace {

using options::Option;

/// As text that roff prints as it is.
std::string escaped(std::string_view text) {
  std::string roff;
  for (const char c : text) {
    if (c == '\\')
      roff += "\\e";
    else if (c == '-')
      roff += "\\-";
    else if ((c == '.' || c == '\'') && (roff.empty() || roff.back() == '\n'))
      roff += std::string("\\&") + c;
    else
      roff += c;
  }
  return roff;
}

std::string page_name(std::string_view command) {
  std::string name = command.empty() ? "tagloom" : fmt::format("tagloom-{}", command);
  std::ranges::replace(name, ' ', '-');
  return name;
}

std::string head(std::string_view command, std::string_view summary, std::string_view usage) {
  const std::string name = escaped(page_name(command));
  return fmt::format(
      ".TH \"{}\" 1 \"\" \"tagloom {}\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n.B tagloom {}\n{}\n", name,
      TAGLOOM_VERSION, name, escaped(summary), command, escaped(usage));
}

std::string entry(const Option& option) {
  const std::string usual = to_text(option.spec.default_value);
  const std::string range = option.spec.choices.empty() ? options::range_of(option.spec) : "";
  std::string text = fmt::format(".TP\n\\fB\\-\\-{}\\fR", escaped(option.spec.name));
  if (!option.is_flag()) text += fmt::format(" \\fI{}\\fR", escaped(option.value_name));
  text += "\n" + escaped(option.spec.help) + ".\n";
  if (option.required) text += "Required.\n";
  if (option.repeatable) text += "May be given several times.\n";
  if (!range.empty()) text += fmt::format("A number {}.\n", escaped(range));
  if (!option.is_flag() && !option.required && !usual.empty())
    text += fmt::format("Default: {}.\n", escaped(usual));
  return text;
}

std::string page_of(const Command& command) {
  std::string text = head(command.name, command.summary, command.usage) + ".SH OPTIONS\n";
  const std::vector<Option> all = all_options(command);
  for (const std::string& group : options::groups_of(all)) {
    if (group != all.front().group) text += fmt::format(".SS {}\n", group);
    for (const Option& option : all)
      if (option.group == group) text += entry(option);
  }
  text += ".SH EXAMPLES\n";
  for (const std::string_view example : command.examples)
    text += fmt::format(".PP\n.nf\n{}\n.fi\n", escaped(example));
  return text + ".SH SEE ALSO\n.BR tagloom (1)\n";
}

std::string page_of_all() {
  std::string text = head("", "tags images with label sequences", "<command> [options]") + ".SH COMMANDS\n";
  for (const Command& command : front_commands())
    text += fmt::format(".TP\n.BR {} (1)\n{}.\n", escaped(page_name(command.name)), escaped(command.summary));
  return text +
         ".SH OPTIONS\n.TP\n\\fB\\-\\-version\\fR\nShow the version.\n"
         ".SH EXIT STATUS\n0 for success, 1 for a failure, 2 for a wrong command line, 3 for a file that is "
         "missing, damaged, does not fit or cannot be written, 128 and a signal's number for a command that "
         "it "
         "stopped.\n"
         ".SH ENVIRONMENT\n.TP\n.B TAGLOOM_PLUGIN_PATH\nFolders of plugins, separated by colons.\n"
         ".TP\n.B TAGLOOM_PRECISION\nWhat \\-\\-precision auto is: float32 or bfloat16.\n"
         ".TP\n.B NO_COLOR\nNot empty: no colours, even on a terminal.\n"
         ".TP\n.B COLUMNS\nHow wide help and tables are.\n"
         ".PP\n`tagloom info` shows those that set threads, memory and instructions.\n";
}

void write_pages(const std::filesystem::path& folder) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) create_folder(folder);
  replace_file(folder / "tagloom.1", page_of_all());
  for (const Command& command : front_commands())
    replace_file(folder / (page_name(command.name) + ".1"), page_of(command));
}

}  // namespace

void run_man(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  ManLine wanted;
  if (!parse(self, man_line(), arguments, values, wanted)) return;
  if (!wanted.folder.empty()) return write_pages(wanted.folder);
  if (wanted.words.empty()) return runtime::print("{}", page_of_all());
  const std::string name = fmt::format("{}", fmt::join(wanted.words, " "));
  runtime::print("{}", page_of(existing_command(front_commands(), name)));
}

}  // namespace tagloom::commands
