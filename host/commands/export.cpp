#include "commands/lines/export.hpp"

#include "annotation/find_encoder.hpp"
#include "commands/outputs.hpp"
#include "commands/work.hpp"
#include "distributed/environment.hpp"
#include "export/export_checkpoint.hpp"
#include "runtime/log.hpp"
#include "runtime/memory.hpp"
#include "runtime/output.hpp"
#include "runtime/variables.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

namespace tagloom::commands {

void run_export(const Command& self, const Arguments& arguments) {
  ExportLine command;
  po::variables_map values;
  if (!parse(self, export_line(), arguments, values, command)) return;
  torchscript::ExportConfig& config = command.config;
  config.encoder.folders = annotation::weights_folders(runtime::own_variable, config.model);
  config.encoder.tell = runtime::detail;
  distributed::require_one_process(self.name);
  const auto registry = registry_of(command.plugins);
  prepare_outputs(values, OutputKind::report, {"torchscript"});
  runtime::ask_for_memory_of_products(runtime::warn);
  const torchscript::ExportResult result = torchscript::export_checkpoint(config, registry, runtime::warn);
  runtime::print("{} behind {}, {}, as TorchScript in {}, {:.1f} MB\n", shown(result.model),
                 shown(result.encoder), counted(result.labels, "label"), shown(config.output),
                 static_cast<double>(result.bytes) / 1e6);
}

}  // namespace tagloom::commands
