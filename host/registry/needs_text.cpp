#include "registry/needs_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace tagloom::registry {

std::string to_text(const FeatureNeeds& needs) {
  std::vector<std::string_view> read;
  if (needs.pooled) read.emplace_back("pooled features");
  if (needs.map) read.emplace_back("the map of features (cache build --map)");
  if (needs.concepts) read.emplace_back("a classifier's concepts");
  return read.empty() ? "no features" : fmt::format("{}", fmt::join(read, " and "));
}

}  // namespace tagloom::registry
