#pragma once

/// `tagloom export`.

#include "commands/arguments.hpp"
#include "commands/line.hpp"
#include "export/export_config.hpp"

namespace tagloom::commands {

struct ExportLine {
  torchscript::ExportConfig config;
  PluginOptions plugins;
};
const Line<ExportLine>& export_line();

}  // namespace tagloom::commands
