#pragma once

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string>

namespace tagloom::experiment {

/// Runs `check`; a UsageError that it throws begins with where.
template <class Check>
auto naming(const std::string& where, const Check& check) {
  try {
    return check();
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", shown(where), error.what()));
  }
}

}  // namespace tagloom::experiment
