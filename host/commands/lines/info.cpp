#include "commands/lines/info.hpp"

namespace tagloom::commands {

const Line<InfoLine>& info_line() {
  static const Line<InfoLine> line{.command = {.name = "info",
                                               .summary = "show version, threads and process settings",
                                               .usage = "[options]",
                                               .examples = {"tagloom info", "tagloom info --json"}},
                                   .table = {options::Row("json", &InfoLine::json, "print it as JSON")}};
  return line;
}

}  // namespace tagloom::commands
