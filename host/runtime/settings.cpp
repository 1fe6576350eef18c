#include "runtime/settings.hpp"

#include <algorithm>
#include <vector>

namespace tagloom::runtime {
namespace {

std::string value_of(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? "not set" : found->second;
}

std::vector<std::string> names_of(const Settings& first, const Settings& second) {
  std::vector<std::string> names;
  for (const Settings* side : {&first, &second})
    for (const auto& [name, unused] : *side)
      names.push_back(name);
  std::ranges::stable_partition(names,
                                [](const std::string& name) { return !name.ends_with("_fingerprint"); });
  return names;
}

}  // namespace

std::optional<Difference> first_difference(const Settings& first, const Settings& second) {
  for (const std::string& name : names_of(first, second)) {
    Difference found{.name = name, .first = value_of(first, name), .second = value_of(second, name)};
    if (found.first != found.second) return found;
  }
  return std::nullopt;
}

}  // namespace tagloom::runtime
