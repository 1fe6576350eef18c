#include "commands/lines/info.hpp"

#include "commands/work.hpp"
#include "distributed/group.hpp"
#include "registry/registry.hpp"
#include "runtime/output.hpp"
#include "runtime/process.hpp"

#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/convnet/blocked_network.hpp>
#include <tagloom/nn/recorder.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace tagloom::commands {
namespace {

using Fact = std::pair<std::string, std::string>;

std::vector<Fact> facts() {
  std::vector<Fact> all = {{"tagloom", TAGLOOM_VERSION}};
  for (const auto& [name, value] : runtime::process_settings())
    all.emplace_back(name, value);
  const std::string backends = distributed::backends();
  all.emplace_back("several processes",
                   backends.empty() ? "no (built without Gloo and NCCL)" : "over " + backends);
  all.emplace_back("convolutions", convolutions_by());
  all.emplace_back("CUDA graphs", has_cuda_graphs() ? "yes" : "no (built without CUDA's headers)");
  return all;
}

void print_json(const std::vector<Fact>& facts, const std::vector<registry::PluginFolder>& folders) {
  nlohmann::ordered_json document = {{"format", 1}};
  for (const auto& [name, value] : facts)
    document[name] = value;
  document["plugins from"] = nlohmann::ordered_json::array();
  for (const auto& folder : folders)
    document["plugins from"].push_back(stored_name(folder.path.native()));
  runtime::print("{}\n", to_json_text(document, 2));
}

}  // namespace

void run_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  InfoLine line;
  if (!parse(self, info_line(), arguments, values, line)) return;
  const auto folders = registry::search_path({});
  if (line.json) return print_json(facts(), folders);
  constexpr std::size_t kStart = 18;
  for (const auto& [name, value] : facts())
    runtime::print_row(kStart, fmt::format("{:<{}}{}", name, kStart, value));
  for (const auto& folder : folders)
    runtime::print_row(kStart, fmt::format("{:<{}}{}", "plugins from", kStart, shown(folder.path)));
}

}  // namespace tagloom::commands
