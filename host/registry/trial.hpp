#pragma once

/// A component, created and used in a process that may die of it.

#include "registry/registry.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

struct Trial {
  Component component;
  /// Its own options.
  Assignments given;
  /// The full program, which can be a helper.
  std::filesystem::path program;
  std::chrono::seconds time{300};
};

struct CheckResult {
  /// A sentence each; that it threw, crashed or hung is one.
  std::vector<std::string> violations;
  /// What it threw, in full.
  std::string causes;
};

/// Whether it keeps what its kind promises (plugin_api/conformance). Throws PluginError if it is of no known
/// kind, DataError for what its options name and cannot be used (a file of weights).
[[nodiscard]] CheckResult check(const Trial& trial);

/// What it reads of an image or a model, for people: "pooled features". Says so if it cannot be asked.
[[nodiscard]] std::string needs(const Trial& trial);

/// In a helper's process: what is wanted, kind, name, library, and the options' names and values.
void try_as_helper(const std::vector<std::string>& words);

}  // namespace tagloom::registry
