#pragma once

namespace tagloom::runtime {

/// How a command ends, as docs/exit-status.md tells users. One that a signal stopped ends with 128 and the
/// signal's number (interrupt.hpp).
enum ExitStatus : int {
  /// All that was asked for is there.
  kDone = 0,
  kFailed = 1,
  /// The command line is wrong; nothing was begun.
  kUsage = 2,
  /// A file is missing, damaged, does not fit, or cannot be written.
  kData = 3,
  /// All was done, but a bound that the user set on the result is missed.
  kMissed = 4,
};

}  // namespace tagloom::runtime
