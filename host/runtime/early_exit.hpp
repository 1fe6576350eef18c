#pragma once

/// Plugins and the libraries they bring share our process: one that calls `exit(0)` must not make a job that
/// it cut short look like one that succeeded.

namespace tagloom::runtime {

/// While it lives, `exit`, `quick_exit`, `_exit` or `_Exit` from anywhere says on standard error which plugin
/// was at work and at what, and ends the process with status 1. What the system is asked for without the C
/// library nobody can notice.
class RefuseEarlyExit {
 public:
  RefuseEarlyExit();
  ~RefuseEarlyExit();
  RefuseEarlyExit(const RefuseEarlyExit&) = delete;
  RefuseEarlyExit& operator=(const RefuseEarlyExit&) = delete;
};

/// Ends the process at once, whatever lives: no handler is called, nothing is written that was not yet.
[[noreturn]] void end_now(int status) noexcept;

}  // namespace tagloom::runtime
