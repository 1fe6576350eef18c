#include "registry/kinds.hpp"

#include "registry/all_kinds.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::registry {

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all = all_kinds();
  return all;
}

const Kind& kind_of(const Component& component) {
  const auto found = std::ranges::find(kinds(), component.record.kind, &Kind::name);
  if (found == kinds().end())
    throw PluginError(fmt::format("{} has a component of the unknown kind \"{}\".", shown(component.library),
                                  shown(component.record.kind)));
  return *found;
}

}  // namespace tagloom::registry
