#pragma once

/// The real program as one of several processes on this machine.

#include "support/listener.hpp"

#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tagloom::testing {

/// What a launcher sets for one of `size` processes that meet at a port of this machine.
std::map<std::string, std::string> launched(int rank, int size, int port);

/// Whether the built program can work in several processes without a GPU.
bool can_meet();

#define SKIP_WITHOUT_GLOO()            \
  if (!::tagloom::testing::can_meet()) \
  GTEST_SKIP() << "this tagloom was built without Gloo, over which several processes talk"

/// A running program with its output, which is killed when it is no longer wanted.
class Worker {
 public:
  /// `starter` is a program with its arguments that starts it.
  Worker(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment,
         std::vector<std::string> starter = {});
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Reads what it prints until a line begins with `start`; false if it ends before.
  bool wait_for_line(const std::string& start);
  void signal(int number) const;
  void kill() const;
  /// Waits for its end: the exit status, 128 + signal if killed.
  int status();
  /// All it printed up to its end, both streams.
  [[nodiscard]] const std::string& output() const { return output_; }

 private:
  /// False at the end of the output.
  bool read_more();

  pid_t pid_ = -1;
  int pipe_ = -1;
  std::string output_;
};

}  // namespace tagloom::testing
