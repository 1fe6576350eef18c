#pragma once

/// What becomes of a library that is loaded and asked for its options, found out in a process that may die of
/// it. A value that can be kept on disk.

#include "registry/factory.hpp"

#include <tagloom/options.hpp>

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::registry {

struct Inspection {
  struct Part {
    std::string kind;
    std::string name;
    std::vector<OptionSpec> options;
    /// Why it cannot be used, a sentence; empty if it can.
    std::string refusal;
  };

  std::vector<Part> parts;
  /// Why nothing of the library can be used, a sentence; empty if it can be loaded.
  std::string refusal;
  /// Whether another try might end otherwise though the library is the same: it took too long, was killed
  /// from outside or ended by itself, what it needs was not there, or a part of it was refused for what it
  /// said.
  bool may_change = false;

  /// Null if it has no such component.
  [[nodiscard]] const Part* find(const std::string& kind, const std::string& name) const;
};

/// In a helper's process: loads the libraries, asks their components for their options, and answers.
void inspect_as_helper(const std::vector<std::string>& libraries);

/// Has helpers do that, and understands their answers, or their ends. A library that one died of is tried
/// once more by itself, since those before it may have left that helper in ruins. `program` is the full
/// program. An inspection for each library, in their order.
[[nodiscard]] std::vector<Inspection> inspect(const std::vector<std::filesystem::path>& libraries,
                                              const std::filesystem::path& program);

[[nodiscard]] nlohmann::ordered_json to_json(const Inspection& inspection);
/// Throws nlohmann::json::exception, or UsageError, for what `to_json` did not write.
[[nodiscard]] Inspection inspection_from(const nlohmann::ordered_json& json);

}  // namespace tagloom::registry
