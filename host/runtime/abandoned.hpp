#pragma once

/// Threads that wait for another process which may never answer: a process that lost its group cannot join
/// them.

namespace tagloom::runtime {

/// From now on `commands::run` ends the process as soon as its last sentence is printed, by `end_now`
/// (early_exit.hpp) with the command's status: no thread is joined, no static object destroyed, no atexit
/// handler called. Whoever says so also leaks what owns the threads (its destructor would join them on the
/// way to `run`).
void leave_without_joining() noexcept;

[[nodiscard]] bool leaves_without_joining() noexcept;

}  // namespace tagloom::runtime
