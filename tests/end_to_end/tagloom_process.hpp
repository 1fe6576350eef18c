#pragma once

/// Runs the real program and collects what it printed.

#include "support/files.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tagloom::testing {

struct ProcessResult {
  int status = 0;
  std::string out;
  std::string err;
};

/// `environment` is added to this process's own, without what that says of idle threads.
ProcessResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {});
/// The built one.
ProcessResult run_tagloom(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {});

/// A line of shell in which $TAGLOOM is the built program.
ProcessResult run_shell(const std::string& line);

/// The built program while it runs; killed when it is no longer wanted.
class RunningTagloom {
 public:
  /// `ignored` is a signal that is ignored when it starts, as `nohup` does.
  explicit RunningTagloom(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment = {},
                          std::optional<int> ignored = {});
  ~RunningTagloom();
  RunningTagloom(const RunningTagloom&) = delete;
  RunningTagloom& operator=(const RunningTagloom&) = delete;

  /// Waits until `condition` holds; false if the program ends before.
  bool wait_until(const std::function<bool()>& condition);
  /// Whether a file it has open begins so, as /proc shows it ("/tmp/x/cache.h5", "socket:").
  [[nodiscard]] bool has_open(const std::string& start) const;
  /// Whether one of its threads is called so.
  [[nodiscard]] bool has_thread(const std::string& name) const;
  /// What it printed so far.
  [[nodiscard]] std::string printed() const;
  void send(int signal) const;
  /// Nothing if it still runs then.
  std::optional<ProcessResult> ends_within(std::chrono::seconds limit);

 private:
  bool has_ended();

  TemporaryFolder folder_;
  pid_t pid_ = -1;
  std::optional<int> state_;
};

}  // namespace tagloom::testing
