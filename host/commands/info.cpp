#include "commands/command_line.hpp"
#include "commands/commands.hpp"
#include "distributed/group.hpp"
#include "registry/registry.hpp"
#include "runtime/output.hpp"
#include "runtime/process.hpp"
#include "training/recorded_step.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace tagloom::commands {

namespace {

struct InfoCommand {};

void run_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  InfoCommand command;
  if (!parse(self, {}, arguments, values, command)) return;
  const auto show = [](std::string_view name, std::string_view value) {
    runtime::print("{:<18}{}\n", name, value);
  };
  show("tagloom", TAGLOOM_VERSION);
  for (const auto& [name, value] : runtime::process_settings())
    show(name, value);
  const std::string backends = distributed::backends();
  show("several processes", backends.empty() ? "no (built without Gloo and NCCL)" : "over " + backends);
  show("CUDA graphs", training::has_cuda_graphs() ? "yes" : "no (built without CUDA's headers)");
  for (const auto& folder : registry::search_path({}))
    show("plugins from", shown(folder.path));
}

}  // namespace

Command info() {
  return {.name = "info",
          .summary = "show version, threads and process settings",
          .usage = "",
          .options = {},
          .run = run_info};
}

}  // namespace tagloom::commands
