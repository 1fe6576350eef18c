#pragma once

/// One attempt of this process to meet the others: what every step of it may use of the time, and how it
/// says that it failed.

#include "distributed/environment.hpp"
#include "distributed/waiting.hpp"

#include <string>

namespace tagloom::distributed {

/// For who listens at the meeting point to answer; process 0 does so at once.
constexpr std::chrono::seconds kAnswering(20);

struct Meeting {
  const Environment& environment;
  /// When all steps together must have ended.
  Clock::time_point deadline;
  /// What this thread waits for now.
  Wait& wait;

  /// "Process 1 of 2 cannot meet the others at node1:29500: " and `why`.
  [[nodiscard]] std::string sentence(const std::string& why) const;
  /// Throws NoMeeting.
  [[noreturn]] void fail(const std::string& why) const;
  /// Why, when somebody listens there who is not process 0, and when another has the port that process 0 is
  /// to listen at.
  [[nodiscard]] std::string not_process_0() const;
  [[nodiscard]] std::string port_is_taken() const;
};

}  // namespace tagloom::distributed
