#include "runtime/helper.hpp"

#include "runtime/last_words.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

using Clock = std::chrono::steady_clock;

/// Where a helper writes its answer.
constexpr int kAnswer = 3;
/// Until its first word: LibTorch's libraries are loaded, perhaps from a slow disk.
constexpr std::chrono::seconds kStart{60};
/// How often a wait looks for a note to stop.
constexpr int kGlanceMilliseconds = 100;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

DataError cannot_start(const std::filesystem::path& program, int error) {
  return DataError(
      fmt::format("{} cannot be started ({}); bin, libexec and lib of an installation belong together.",
                  shown(program), std::strerror(error)));
}

/// A pipe's ends, which no other process inherits.
class Pipe {
 public:
  explicit Pipe(const std::filesystem::path& program) : Pipe(opened(program)) {}
  [[nodiscard]] const Descriptor& out() const { return out_; }
  [[nodiscard]] Descriptor& in() { return in_; }

 private:
  explicit Pipe(const std::array<int, 2>& ends) : out_(ends[0]), in_(ends[1]) {}
  static std::array<int, 2> opened(const std::filesystem::path& program) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw cannot_start(program, errno);
    return ends;
  }

  Descriptor out_;
  Descriptor in_;
};

/// With its answer and its standard error going into pipes, and nothing else anywhere.
pid_t start(const HelperCall& call, int answer, int errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // The answer's number may be that of this one, and is taken after it.
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  posix_spawn_file_actions_adddup2(&actions, answer, kAnswer);
  posix_spawn_file_actions_addclosefrom_np(&actions, kAnswer + 1);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_RDWR, 0);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  std::vector<std::string> words{"tagloom"};
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words)
    argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t process = 0;
  const int error = posix_spawn(&process, call.program.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw cannot_start(call.program, error);
  return process;
}

/// A helper that is running. It and its group are gone when this is.
class Running {
 public:
  Running(const HelperCall& call, int answer, int errors) : process_(start(call, answer, errors)) {}
  ~Running() {
    if (!status_) (void)end();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  /// Its status as `waitpid` has it; kills what still runs.
  int end() {
    if (status_) return *status_;
    (void)kill(-process_, SIGKILL);
    // It may have left its group.
    (void)kill(process_, SIGKILL);
    return wait_for(0).value_or(0);
  }
  /// Nothing while it runs.
  std::optional<int> ended() { return status_ ? status_ : wait_for(WNOHANG); }

 private:
  std::optional<int> wait_for(int options) {
    int status = 0;
    pid_t found = 0;
    while ((found = waitpid(process_, &status, options)) < 0 && errno == EINTR) {
    }
    if (found == 0) return std::nullopt;
    // What it started may live on in its group. A status that somebody else took says nothing.
    status_ = found == process_ ? status : 0;
    (void)kill(-process_, SIGKILL);
    return status_;
  }

  pid_t process_;
  std::optional<int> status_;
};

/// The answer as it comes in, and what is said beside it.
class Reading {
 public:
  Reading(const HelperCall& call, int answer, int errors)
      : call_(call), descriptor_(answer), last_words_(errors), until_(Clock::now() + kStart) {}

  /// Until the helper has closed its end, or has ended though another holds it open, or must be ended: then
  /// it says why.
  std::optional<HelperEnd::How> read(Running& helper) {
    while (true) {
      throw_if_stop_requested();
      if (Clock::now() > until_) return HelperEnd::How::too_slow;
      std::array<pollfd, 2> inputs{{{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                    {.fd = last_words_.descriptor(), .events = POLLIN, .revents = 0}}};
      const bool ended = helper.ended().has_value();
      (void)poll(inputs.data(), inputs.size(), ended ? 0 : kGlanceMilliseconds);
      last_words_.take();
      if (inputs[0].revents != 0) {
        if (!take()) return std::nullopt;
        if (answer_.size() > call_.most_bytes) return HelperEnd::How::too_long;
      } else if (ended) {
        return std::nullopt;
      }
    }
  }
  /// What has closed its answer has nothing left to do but to end, and is given the time once more.
  void wait_for_end(Running& helper) {
    const auto until = Clock::now() + call_.time;
    while (!helper.ended() && Clock::now() < until) {
      throw_if_stop_requested();
      last_words_.take();
      (void)poll(nullptr, 0, 1);
    }
  }
  [[nodiscard]] std::string& answer() { return answer_; }
  [[nodiscard]] std::string last_words() {
    last_words_.take();
    return last_words_.text();
  }

 private:
  /// False at the end.
  bool take() {
    std::array<char, 65536> bytes{};
    const ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count < 0) return errno == EINTR;
    if (count > 0 && answer_.empty()) until_ = Clock::now() + call_.time;
    const std::size_t before = answer_.size();
    answer_.append(bytes.data(), static_cast<std::size_t>(count));
    const std::string& anew = call_.time_begins_anew_after;
    if (!anew.empty() && answer_.find(anew, before - std::min(before, anew.size())) != std::string::npos)
      until_ = Clock::now() + call_.time;
    return count > 0;
  }

  const HelperCall& call_;
  int descriptor_;
  LastWords last_words_;
  Clock::time_point until_;
  std::string answer_;
};

}  // namespace

HelperEnd run_helper(const HelperCall& call) {
  // Whoever started this program may have its children's ends ignored, and then nobody could wait for one.
  (void)std::signal(SIGCHLD, SIG_DFL);
  Pipe answer(call.program);
  Pipe errors(call.program);
  Running helper(call, answer.in().number(), errors.in().number());
  answer.in().close();
  errors.in().close();
  Reading reading(call, answer.out().number(), errors.out().number());
  const auto must_end = reading.read(helper);
  if (!must_end) reading.wait_for_end(helper);
  const int status = helper.end();
  HelperEnd end{.answer = std::move(reading.answer()), .last_words = reading.last_words()};
  end.how = must_end ? *must_end : WIFSIGNALED(status) ? HelperEnd::How::signalled : HelperEnd::How::exited;
  end.status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  return end;
}

std::filesystem::path full_program() {
  return prefix() / "libexec" / "tagloom-program";
}

void answer(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(kAnswer, text.data(), text.size());
    if (count < 0 && errno != EINTR)
      throw DataError("A helper was started by hand: nobody reads its answer; use the commands instead.");
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
}

}  // namespace tagloom::runtime
