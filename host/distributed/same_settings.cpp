#include "distributed/same_settings.hpp"

#include <tagloom/base/json_text.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace tagloom::distributed {

void require_same_settings(World& world, const runtime::Settings& settings) {
  if (world.is_alone()) return;
  const std::vector<std::string> texts =
      world.gather(to_json_text(nlohmann::json(settings)), "comparing the options");
  const auto first = nlohmann::json::parse(texts.front()).get<runtime::Settings>();
  for (std::size_t rank = 1; rank < texts.size(); ++rank) {
    const auto other =
        runtime::first_difference(first, nlohmann::json::parse(texts[rank]).get<runtime::Settings>());
    if (other)
      throw UsageError(fmt::format(
          "Process {} was started with {} {}, process 0 with {} {}; start all with the same command.", rank,
          other->name, other->second, other->name, other->first));
  }
}

}  // namespace tagloom::distributed
