#pragma once

/// The conformance kit in a GoogleTest of a plugin:
///
///     EXPECT_TRUE(conformance::keeps_promises(conformance::check_decoder(made, setup)));
///
/// This header alone needs GoogleTest; the library knows nothing of it.

#include <tagloom/conformance/violations.hpp>

#include <gtest/gtest.h>

#include <string>

namespace tagloom::conformance {

/// Fails with the broken promises, one a line.
[[nodiscard]] inline ::testing::AssertionResult keeps_promises(const Violations& violations) {
  if (violations.empty()) return ::testing::AssertionSuccess();
  ::testing::AssertionResult result = ::testing::AssertionFailure();
  result << "promises of its kind are broken:";
  for (const std::string& violation : violations)
    result << "\n  " << violation;
  return result;
}

}  // namespace tagloom::conformance
