#include "registry/promises.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::registry {

void require_kept(std::string_view kind, std::string_view name, const conformance::Broken& broken) {
  if (!broken) return;
  throw PluginError(
      fmt::format("The {} {} breaks a promise of its kind: {}. `tagloom plugins check {}` tests all of them.",
                  kind, shown(name), shown(*broken), shown(name)));
}

}  // namespace tagloom::registry
