#pragma once

/// The host calls components from whichever of its threads has the work.

#include "report.hpp"

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>

namespace tagloom::conformance {

/// Two instances of one component that are equal to one another.
struct TwoInstances {
  /// The function of them that is called: what sentences begin with.
  std::string call;
  /// What it returns is called so: "logits", "features".
  std::string result;
  /// No gradient is recorded.
  std::function<at::Tensor()> first;
  std::function<at::Tensor()> second;
  double tolerance;
  /// How often each thread calls its own, to meet the other one.
  int times = 8;
};

/// Another thread gets what this one gets, and two threads at once, each with its own instance, get it, too.
void check_threads(Report& report, const TwoInstances& instances);

}  // namespace tagloom::conformance
