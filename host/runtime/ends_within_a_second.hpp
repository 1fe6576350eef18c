#pragma once

/// An EndsInTime for work that is kept in less than half a second, so that all is over within a second of the
/// signal.

#include "runtime/ends_in_time.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace tagloom::runtime {

class EndsWithinASecond : public EndsInTime {
 public:
  explicit EndsWithinASecond(std::function<std::string()> keep)
      : EndsInTime(std::chrono::milliseconds(500), std::move(keep)) {}
};

}  // namespace tagloom::runtime
