#include "registry/check_options.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::registry {

void check_options(const Registry& registry, const std::string& kind, const std::string& name,
                   const Assignments& given) {
  const Component& component = registry.find(kind, name);
  (void)Options(fmt::format("{} {}", kind, shown(name)), registry.options_of(component), given);
}

}  // namespace tagloom::registry
