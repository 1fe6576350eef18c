#pragma once

/// Being told to stop by a signal (Ctrl-C, `kill`, a batch system). Work that has something to keep says so
/// by an EndsInGoodOrder, asks `stop_requested` at least every second and ends by itself; anything else has
/// nothing to lose and is ended at once by the signal's handler, wherever it is: in a library, a read, a
/// wait.

#include <tagloom/base/error.hpp>
#include <tagloom/base/export.hpp>

#include <optional>

namespace tagloom {

/// A signal ended the work; what is kept of it, the text says.
class TAGLOOM_API Interrupted : public Error {
 public:
  using Error::Error;
};

/// While one lives, a signal only leaves a note for `stop_requested`. When its scope is left without having
/// seen the note, ask once more (`throw_if_stop_requested`): a signal that came between the last question and
/// the end of the scope is heard by nobody else, one that comes later ends the process.
class TAGLOOM_API EndsInGoodOrder {
 public:
  EndsInGoodOrder() noexcept;
  ~EndsInGoodOrder();
  EndsInGoodOrder(const EndsInGoodOrder&) = delete;
  EndsInGoodOrder& operator=(const EndsInGoodOrder&) = delete;
};

/// Whether an EndsInGoodOrder lives; for the handler.
[[nodiscard]] TAGLOOM_API bool ends_in_good_order() noexcept;

/// Leaves the note. Safe in a signal's handler; a test may call it, too.
TAGLOOM_API void request_stop(int signal) noexcept;
[[nodiscard]] TAGLOOM_API bool stop_requested() noexcept;
/// The signal that left the note.
[[nodiscard]] TAGLOOM_API std::optional<int> stop_signal() noexcept;
/// Throws Interrupted if `stop_requested`: for loops deep inside, whose callers know what is kept.
TAGLOOM_API void throw_if_stop_requested();

}  // namespace tagloom
