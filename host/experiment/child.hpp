#pragma once

/// A process of an experiment: this tagloom again, with what it prints going into a log. It has a process
/// group of its own, and is ended by the system when the process that started it ends, however that happens.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tagloom::experiment {

struct Launch {
  std::filesystem::path program;
  std::vector<std::string> words;
  /// Written to behind what is there: the command line, then all that the process says.
  std::filesystem::path log;
  /// The processors that it may use; empty: those of this process.
  std::vector<int> processors;
  /// Beside, or instead of, this process's.
  std::map<std::string, std::string> environment;
};

struct ChildEnd {
  /// Exit status, or 128 and the signal's number.
  int status = 0;
  /// The signal that ended it; 0 if it ended by itself.
  int signal = 0;
  double seconds = 0;
  std::int64_t peak_bytes = 0;
};

class Child {
 public:
  /// Throws DataError if the log cannot be written or the process not be started. Must be called by a thread
  /// that lives as long as the child may.
  explicit Child(const Launch& launch);
  /// Ends what still runs, at once.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// Nothing while it runs. Does not wait.
  std::optional<ChildEnd> ended();
  /// To it and its group.
  void send(int signal) const;
  [[nodiscard]] pid_t process() const { return process_; }
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  std::optional<ChildEnd> wait_for(int options);

  pid_t process_ = -1;
  Clock::time_point start_ = Clock::now();
  std::optional<ChildEnd> end_;
};

/// Asks all of them to end in good order, and ends those that still run after `patience`.
void end_in_good_order(const std::vector<Child*>& children, std::chrono::milliseconds patience);

}  // namespace tagloom::experiment
