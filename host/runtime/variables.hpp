#pragma once

/// Environment variables as a function, so that tests need not set any.

#include <cstdlib>
#include <functional>
#include <optional>
#include <string>

namespace tagloom::runtime {

/// Looks up one variable; nothing if it is not set.
using Variables = std::function<std::optional<std::string>(const char* name)>;

/// This process's.
inline std::optional<std::string> own_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace tagloom::runtime
