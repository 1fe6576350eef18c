#pragma once

#include <tagloom/base/error.hpp>

namespace tagloom::runtime {

/// All was done, but what was asked of the result does not hold; a command that throws it ends with
/// `kMissed` (exit_status.hpp).
class MissedBound : public Error {
 public:
  using Error::Error;
};

}  // namespace tagloom::runtime
