#include "experiment/child.hpp"

#include "runtime/for_shell.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::experiment {
namespace {

/// What execve takes; it must outlive the call.
class Words {
 public:
  explicit Words(std::vector<std::string> words) : words_(std::move(words)) {
    for (std::string& word : words_)
      pointers_.push_back(word.data());
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] char* const* data() const { return pointers_.data(); }

 private:
  std::vector<std::string> words_;
  std::vector<char*> pointers_;
};

std::vector<std::string> command_line(const Launch& launch) {
  std::vector<std::string> words = {launch.program.string()};
  words.insert(words.end(), launch.words.begin(), launch.words.end());
  return words;
}

std::vector<std::string> variables(const Launch& launch) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (!launch.environment.contains(std::string(text.substr(0, text.find('='))))) all.emplace_back(text);
  }
  for (const auto& [name, value] : launch.environment)
    all.push_back(name + "=" + value);
  return all;
}

cpu_set_t mask_of(const std::vector<int>& processors) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  for (const int processor : processors)
    CPU_SET(static_cast<std::size_t>(processor), &mask);
  return mask;
}

int open_log(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) replace_file(path, "");
  const int log = open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
  if (log < 0) throw cannot_write(path, errno);
  return log;
}

/// So that it can be seen, and done by hand, what the rest of the log comes from.
void write_command(int log, const Launch& launch) {
  std::string line = "$ tagloom";
  for (const std::string& word : launch.words)
    line += " " + runtime::for_shell(word);
  line += "\n";
  // A log that cannot be written costs nothing but itself.
  [[maybe_unused]] const ssize_t written = write(log, line.data(), line.size());
}

/// All that the new process reads before it becomes the program.
struct Prepared {
  const char* program;
  char* const* words;
  char* const* variables;
  const cpu_set_t* mask;
  int log;
  pid_t parent;
};

/// In the new process, between fork and exec: with calls that are safe there alone.
[[noreturn]] void become(const Prepared& prepared) {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // The parent may have ended before that.
  if (getppid() != prepared.parent) _exit(1);
  if (prepared.mask != nullptr) sched_setaffinity(0, sizeof *prepared.mask, prepared.mask);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, STDIN_FILENO);
  dup2(prepared.log, STDOUT_FILENO);
  dup2(prepared.log, STDERR_FILENO);
  close_range(STDERR_FILENO + 1, ~0U, 0);
  execve(prepared.program, prepared.words, prepared.variables);
  _exit(127);
}

}  // namespace

Child::Child(const Launch& launch) {
  // Whoever started this program may have its children's ends ignored, and then nobody could wait for one.
  (void)std::signal(SIGCHLD, SIG_DFL);
  if (access(launch.program.c_str(), X_OK) != 0)
    throw DataError(
        fmt::format("{} cannot be started ({}); bin, libexec and lib of an installation belong together.",
                    shown(launch.program), std::strerror(errno)));
  const Words words(command_line(launch));
  const Words environment(variables(launch));
  const cpu_set_t mask = mask_of(launch.processors);
  const int log = open_log(launch.log);
  write_command(log, launch);
  const Prepared prepared{.program = launch.program.c_str(),
                          .words = words.data(),
                          .variables = environment.data(),
                          .mask = launch.processors.empty() ? nullptr : &mask,
                          .log = log,
                          .parent = getpid()};
  process_ = fork();
  if (process_ == 0) become(prepared);
  const int error = errno;
  close(log);
  if (process_ < 0)
    throw DataError(fmt::format("no further process can be started ({}); free some, or give fewer --jobs.",
                                std::strerror(error)));
  // Both do it, so that it is done whoever comes first.
  (void)setpgid(process_, process_);
}

Child::~Child() {
  if (end_) return;
  send(SIGKILL);
  (void)wait_for(0);
}

double Child::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void Child::send(int signal) const {
  if (end_) return;
  (void)kill(-process_, signal);
  (void)kill(process_, signal);
}

std::optional<ChildEnd> Child::ended() {
  return end_ ? end_ : wait_for(WNOHANG);
}

std::optional<ChildEnd> Child::wait_for(int options) {
  int status = 0;
  rusage usage{};
  pid_t found = 0;
  while ((found = wait4(process_, &status, options, &usage)) < 0 && errno == EINTR) {
  }
  if (found == 0) return std::nullopt;
  // Nobody knows how it ended.
  if (found < 0) return end_ = ChildEnd{.status = 1, .seconds = seconds()};
  // What it started may live on in its group.
  (void)kill(-process_, SIGKILL);
  end_ = ChildEnd{.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
                  .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                  .seconds = seconds(),
                  .peak_bytes = usage.ru_maxrss * 1024};
  return end_;
}

void end_in_good_order(const std::vector<Child*>& children, std::chrono::milliseconds patience) {
  for (Child* child : children)
    child->send(SIGTERM);
  const auto until = std::chrono::steady_clock::now() + patience;
  const auto still_run = [&] {
    return std::ranges::any_of(children, [](Child* child) { return !child->ended(); });
  };
  while (still_run() && std::chrono::steady_clock::now() < until)
    (void)poll(nullptr, 0, 20);
  for (Child* child : children)
    child->send(SIGKILL);
}

}  // namespace tagloom::experiment
