#pragma once

/// `tagloom annotate`.

#include "annotation/annotate_config.hpp"
#include "annotation/pictures/output_options.hpp"
#include "commands/arguments.hpp"
#include "commands/line.hpp"

namespace tagloom::commands {

struct AnnotateLine {
  annotation::AnnotateConfig config;
  /// Another word for the format JSON lines.
  bool json = false;
  annotation::pictures::Outputs outputs;
  PluginOptions plugins;
};
const Line<AnnotateLine>& annotate_line();

}  // namespace tagloom::commands
