#pragma once

/// As if a signal had come.

#include <tagloom/base/interrupt.hpp>

#include <csignal>

namespace tagloom::testing {

/// Takes away, at the end of its scope, the note that a signal's handler leaves: for tests in which something
/// else leaves it.
class NoStopNoteAfterwards {
 public:
  NoStopNoteAfterwards() = default;
  ~NoStopNoteAfterwards() { request_stop(0); }
  NoStopNoteAfterwards(const NoStopNoteAfterwards&) = delete;
  NoStopNoteAfterwards& operator=(const NoStopNoteAfterwards&) = delete;
};

/// The note is there in its scope.
class StopNote : NoStopNoteAfterwards {
 public:
  explicit StopNote(int signal = SIGTERM) { request_stop(signal); }
};

}  // namespace tagloom::testing
