#pragma once

/// Plugins and the libraries they bring share our process: one that calls `exit(0)` must not make a job that
/// it cut short look like one that succeeded.

namespace tagloom::runtime {

/// While it lives, `exit` from anywhere says so on standard error and ends the process with status 1.
class RefuseEarlyExit {
 public:
  RefuseEarlyExit();
  ~RefuseEarlyExit();
  RefuseEarlyExit(const RefuseEarlyExit&) = delete;
  RefuseEarlyExit& operator=(const RefuseEarlyExit&) = delete;
};

}  // namespace tagloom::runtime
