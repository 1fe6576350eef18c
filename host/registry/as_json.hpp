#pragma once

/// Components and options as JSON: for other programs, and for what is remembered of them.

#include "registry/factory.hpp"

#include <tagloom/options.hpp>

#include <nlohmann/json.hpp>

#include <vector>

namespace tagloom::registry {

[[nodiscard]] nlohmann::ordered_json to_json(const Component& component);

[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<OptionSpec>& options);
/// Throws nlohmann::json::exception, or UsageError, for what `to_json` did not write.
[[nodiscard]] std::vector<OptionSpec> options_from(const nlohmann::ordered_json& json);

}  // namespace tagloom::registry
