#include "worker.hpp"

#include "places.hpp"
#include "tagloom_process.hpp"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::testing {

std::map<std::string, std::string> launched(int rank, int size, int port) {
  return {{"RANK", std::to_string(rank)},       {"WORLD_SIZE", std::to_string(size)},
          {"LOCAL_RANK", std::to_string(rank)}, {"LOCAL_WORLD_SIZE", std::to_string(size)},
          {"MASTER_ADDR", "127.0.0.1"},         {"MASTER_PORT", std::to_string(port)},
          {"TAGLOOM_PROCESS_TIMEOUT", "60"}};
}

bool can_meet() {
  return run_tagloom({"info"}).out.find("over Gloo") != std::string::npos;
}

Worker::Worker(const std::vector<std::string>& arguments,
               const std::map<std::string, std::string>& environment, std::vector<std::string> starter) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  starter.emplace_back(TAGLOOM_TEST_BINARY);
  starter.insert(starter.end(), arguments.begin(), arguments.end());
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    for (const auto& [name, value] : environment)
      setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> words;
    for (std::string& word : starter)
      words.push_back(word.data());
    words.push_back(nullptr);
    execvp(words.front(), words.data());
    _exit(127);
  }
  close(ends[1]);
  pipe_ = ends[0];
}

Worker::~Worker() {
  kill();
  (void)status();
  close(pipe_);
}

bool Worker::read_more() {
  std::array<char, 4096> bytes{};
  const ssize_t count = read(pipe_, bytes.data(), bytes.size());
  if (count <= 0) return false;
  output_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool Worker::wait_for_line(const std::string& start) {
  while (!output_.starts_with(start) && output_.find("\n" + start) == std::string::npos) {
    if (!read_more()) return false;
  }
  return true;
}

void Worker::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

void Worker::kill() const {
  signal(SIGKILL);
}

int Worker::status() {
  while (read_more()) {
  }
  if (pid_ <= 0) return -1;
  int state = 0;
  waitpid(pid_, &state, 0);
  pid_ = -1;
  return WIFEXITED(state) ? WEXITSTATUS(state) : 128 + WTERMSIG(state);
}

}  // namespace tagloom::testing
