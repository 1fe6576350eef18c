#include "commands/lines/export.hpp"

namespace tagloom::commands {
namespace {

options::Table<ExportLine> table() {
  return options::joined<ExportLine>(
      {options::nested(&ExportLine::config, torchscript::option_table()),
       options::group("plugins", options::nested(&ExportLine::plugins, plugin_rows()))});
}

void settle(ExportLine& line) {
  line.config.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_line(const ExportLine& line) {
  torchscript::check(line.config);
}

}  // namespace

const Line<ExportLine>& export_line() {
  static const Line<ExportLine> line{
      .command = {.name = "export",
                  .summary = "write a trained model for programs without tagloom",
                  .usage = "MODEL --torchscript FILE [options]",
                  .examples = {"tagloom export ria.safetensors --torchscript ria.pt",
                               "tagloom export ria.safetensors --torchscript ria.pt --encoder-weights "
                               "tresnet_m.pth"}},
      .table = table(),
      .settle = settle,
      .check = check_line};
  return line;
}

}  // namespace tagloom::commands
