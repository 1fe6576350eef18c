#include "commands/commands.hpp"
#include "distributed/group.hpp"
#include "plugins/registry.hpp"
#include "runtime/process.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

namespace tagloom::commands {

void info(const Arguments& arguments) {
  if (!arguments.empty() && arguments[0] != "--help") throw UsageError("info takes no arguments.");
  fmt::print("tagloom         {}\n", TAGLOOM_VERSION);
  for (const std::string& line : runtime::process_settings())
    fmt::print("{}\n", line);
  fmt::print("several processes {}\n",
             distributed::has_collectives() ? "yes (Gloo)" : "no (built without Gloo)");
  for (const auto& folder : tagloom::plugins::search_path({}))
    fmt::print("plugins from    {}\n", folder.string());
}

}  // namespace tagloom::commands
