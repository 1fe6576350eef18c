#include "distributed/same_settings.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace tagloom::distributed {
namespace {

using Settings = std::map<std::string, std::string>;

std::string value_of(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? "no " + name : name + " " + found->second;
}

void compare(const Settings& first, const Settings& other, std::size_t rank) {
  for (const Settings* side : {&first, &other}) {
    for (const auto& [name, unused] : *side) {
      const std::string there = value_of(first, name);
      const std::string here = value_of(other, name);
      if (there != here)
        throw UsageError(
            fmt::format("Process {} was started with {}, process 0 with {}; start all with the same command.",
                        rank, here, there));
    }
  }
}

}  // namespace

void require_same_settings(World& world, const Settings& settings) {
  if (world.is_alone()) return;
  const std::vector<std::string> texts =
      world.gather(nlohmann::json(settings).dump(), "comparing the options");
  const auto first = nlohmann::json::parse(texts.front()).get<Settings>();
  for (std::size_t rank = 1; rank < texts.size(); ++rank)
    compare(first, nlohmann::json::parse(texts[rank]).get<Settings>(), rank);
}

}  // namespace tagloom::distributed
