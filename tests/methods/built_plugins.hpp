#pragma once

/// The plugins of this build, as the host finds and creates them: methods are tested as users run them.

#include "plugins/registry.hpp"

namespace tagloom::testing {

inline const plugins::Registry& built_plugins() {
  static const plugins::Registry registry({TAGLOOM_TEST_PLUGINS});
  return registry;
}

}  // namespace tagloom::testing
