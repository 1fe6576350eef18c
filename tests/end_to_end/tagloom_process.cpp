#include "tagloom_process.hpp"

#include "places.hpp"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tagloom::testing {
namespace {

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text)
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

/// As a shell has it.
int status_from(int state) {
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

void redirect(int descriptor, const std::filesystem::path& file) {
  const int opened = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  dup2(opened, descriptor);
  close(opened);
}

}  // namespace

ProcessResult run_program(const std::string& program, const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment) {
  const TemporaryFolder folder;
  std::string line = "unset OMP_WAIT_POLICY GOMP_SPINCOUNT GLIBC_TUNABLES OPENBLAS_CORETYPE TAGLOOM_TILES; ";
  for (const auto& [name, value] : environment)
    line += name + "=" + quoted(value) + " ";
  line += quoted(program);
  for (const std::string& argument : arguments)
    line += " " + quoted(argument);
  line += " >" + quoted(folder / "out") + " 2>" + quoted(folder / "err");
  const int status = std::system(line.c_str());
  return {.status = status_from(status), .out = read_text(folder / "out"), .err = read_text(folder / "err")};
}

ProcessResult run_tagloom(const std::vector<std::string>& arguments,
                          const std::map<std::string, std::string>& environment) {
  return run_program(TAGLOOM_TEST_BINARY, arguments, environment);
}

ProcessResult run_shell(const std::string& line) {
  return run_program("/bin/bash", {"-c", line}, {{"TAGLOOM", TAGLOOM_TEST_BINARY}});
}

RunningTagloom::RunningTagloom(const std::vector<std::string>& arguments,
                               const std::map<std::string, std::string>& environment,
                               std::optional<int> ignored) {
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot fork");
  if (pid_ > 0) return;
  if (ignored) std::signal(*ignored, SIG_IGN);
  redirect(STDOUT_FILENO, folder_ / "out");
  redirect(STDERR_FILENO, folder_ / "err");
  for (const auto& [name, value] : environment)
    setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words{const_cast<char*>(TAGLOOM_TEST_BINARY)};
  for (const std::string& argument : arguments)
    words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  execv(TAGLOOM_TEST_BINARY, words.data());
  _exit(127);
}

RunningTagloom::~RunningTagloom() {
  if (has_ended()) return;
  send(SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool RunningTagloom::has_ended() {
  int state = 0;
  if (!state_ && waitpid(pid_, &state, WNOHANG) == pid_) state_ = state;
  return state_.has_value();
}

bool RunningTagloom::wait_until(const std::function<bool()>& condition) {
  while (!condition()) {
    if (has_ended()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool RunningTagloom::has_open(const std::string& start) const {
  std::error_code ended;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd", ended)) {
    std::error_code closed;
    if (std::filesystem::read_symlink(entry.path(), closed).string().starts_with(start)) return true;
  }
  return false;
}

bool RunningTagloom::has_thread(const std::string& name) const {
  std::error_code ended;
  for (const auto& entry :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/task", ended)) {
    std::string comm;
    std::getline(std::ifstream(entry.path() / "comm"), comm);
    if (comm == name) return true;
  }
  return false;
}

std::string RunningTagloom::printed() const {
  const auto out = folder_ / "out";
  return std::filesystem::exists(out) ? read_text(out) : "";
}

void RunningTagloom::send(int signal) const {
  kill(pid_, signal);
}

std::optional<ProcessResult> RunningTagloom::ends_within(std::chrono::seconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!has_ended()) {
    if (std::chrono::steady_clock::now() > end) return std::nullopt;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return ProcessResult{.status = status_from(*state_), .out = printed(), .err = read_text(folder_ / "err")};
}

}  // namespace tagloom::testing
