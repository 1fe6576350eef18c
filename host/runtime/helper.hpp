#pragma once

/// This program again, in a process of its own, for work that may end or hang whoever does it. The helper
/// answers in text; whatever else becomes of it is told to the caller and is nobody else's.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::runtime {

struct HelperCall {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  /// For the work itself, counted from the helper's first word; to start may take a minute more.
  std::chrono::milliseconds time{std::chrono::seconds(10)};
  /// An answer that grows beyond is cut short, and the helper ended.
  std::size_t most_bytes = std::size_t{16} << 20;
  /// Not empty: the time begins anew whenever this comes up in the answer.
  std::string time_begins_anew_after = {};
};

struct HelperEnd {
  enum class How {
    /// By itself: with `status`.
    exited,
    /// By the signal `status`.
    signalled,
    /// It was ended, since its time was over.
    too_slow,
    /// It was ended, since its answer had no end.
    too_long,
  };
  How how = How::exited;
  int status = 0;
  /// All that it said until then.
  std::string answer;
  /// The end of what it said on standard error, in one line (last_words.hpp).
  std::string last_words;
};

/// Runs a helper to its end, with no standard input and its standard output going nowhere, in a process group
/// of its own that ends with it. Throws DataError if it cannot be started, Interrupted if a stop is asked for
/// meanwhile.
[[nodiscard]] HelperEnd run_helper(const HelperCall& call);

/// The full program beside the one that runs: `libexec/tagloom-program` of the build or installation.
[[nodiscard]] std::filesystem::path full_program();

/// Within a helper: its answer, which the caller reads at once. Throws DataError if nobody does.
void answer(std::string_view text);

/// Within a helper, before it does anything that is not trusted: it ends when its caller ends, leaves no core
/// file, and is ended by SIGSYS if it starts another process, where the system has filters of system calls.
/// Threads it may have.
void confine_helper();

}  // namespace tagloom::runtime
