#pragma once

/// Whether a component keeps what its kind promises (plugin_api/conformance), found out in a process that may
/// die of it.

#include "registry/registry.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

struct Check {
  Component component;
  /// Its own options.
  Assignments given;
  /// The full program, which can be a helper.
  std::filesystem::path program;
  std::chrono::seconds time;
};

struct CheckResult {
  /// A sentence each; that it threw, crashed or hung is one.
  std::vector<std::string> violations;
  /// What it threw, in full.
  std::string causes;
};

/// Throws PluginError if the component is of no known kind, DataError for what its options name and cannot be
/// used (a file of weights).
[[nodiscard]] CheckResult check(const Check& check);

/// In a helper's process. `text` is what `check` gives it.
void check_as_helper(const std::string& text);

}  // namespace tagloom::registry
