#pragma once

#include <tagloom/features.hpp>

#include <string>

namespace tagloom::registry {

/// "pooled features and the map of features".
[[nodiscard]] std::string to_text(const FeatureNeeds& needs);

}  // namespace tagloom::registry
