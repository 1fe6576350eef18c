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
  /// Whether another try might end otherwise: it took too long, or was killed from outside.
  bool by_chance = false;

  /// Null if it has no such component.
  [[nodiscard]] const Part* find(const std::string& kind, const std::string& name) const;
};

/// In a helper's process: loads the libraries, asks their components for their options, and answers. `text`
/// is what `inspect` gives it.
void inspect_as_helper(const std::string& text);

/// Has a helper do that, and understands its answer, or its end; another one goes on behind a library that
/// one died of. `program` is the full program. An inspection for each library, in their order.
[[nodiscard]] std::vector<Inspection> inspect(const std::vector<std::filesystem::path>& libraries,
                                              const std::filesystem::path& program);

[[nodiscard]] nlohmann::ordered_json to_json(const Inspection& inspection);
/// Throws nlohmann::json::exception, or UsageError, for what `to_json` did not write.
[[nodiscard]] Inspection inspection_from(const nlohmann::ordered_json& json);

}  // namespace tagloom::registry
