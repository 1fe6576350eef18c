#pragma once

/// The plugins of this build, as the host finds and creates them: methods are tested as users run them.

#include "places.hpp"
#include "registry/registry.hpp"

namespace tagloom::testing {

inline const registry::Registry& built_plugins() {
  static const registry::Registry registry({TAGLOOM_TEST_PLUGINS});
  return registry;
}

}  // namespace tagloom::testing
