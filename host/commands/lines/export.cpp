#include "commands/lines/export.hpp"

namespace tagloom::commands {
namespace {

options::Table<ExportLine> export_table() {
  return options::joined<ExportLine>(
      {options::nested(&ExportLine::config, torchscript::option_table()),
       options::group("plugins", options::nested(&ExportLine::plugins, plugin_rows()))});
}

void settle_export(ExportLine& line) {
  line.config.encoder.options = settings_of(line.plugins, {"encoder"})["encoder"];
}

void check_export_line(const ExportLine& line) {
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
      .table = export_table(),
      .settle = settle_export,
      .check = check_export_line};
  return line;
}

}  // namespace tagloom::commands
