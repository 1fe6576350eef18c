#pragma once

/// Checks of what Highway compiles for several generations of processors.

#include <gtest/gtest.h>

#include <hwy/highway.h>

namespace tagloom::testing {

/// Calls `check` with the vectors of each generation that this processor is of.
template <class Check>
void with_all_vectors(const Check& check) {
  const auto use = [](std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  };
  for (std::int64_t targets = hwy::SupportedTargets() & HWY_TARGETS; targets != 0; targets &= targets - 1) {
    const std::int64_t target = targets & -targets;
    SCOPED_TRACE(hwy::TargetName(target));
    use(target);
    check();
  }
  use(0);
}

}  // namespace tagloom::testing
