#include "worker.hpp"

#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdlib>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::testing {

int free_port() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (listener < 0 || bind(listener, any, size) != 0 || getsockname(listener, any, &size) != 0)
    throw std::runtime_error("no free port");
  close(listener);
  return ntohs(address.sin_port);
}

std::map<std::string, std::string> launched(int rank, int size, int port) {
  return {{"RANK", std::to_string(rank)},       {"WORLD_SIZE", std::to_string(size)},
          {"LOCAL_RANK", std::to_string(rank)}, {"LOCAL_WORLD_SIZE", std::to_string(size)},
          {"MASTER_ADDR", "127.0.0.1"},         {"MASTER_PORT", std::to_string(port)},
          {"TAGLOOM_PROCESS_TIMEOUT", "60"}};
}

Worker::Worker(const std::vector<std::string>& arguments,
               const std::map<std::string, std::string>& environment) {
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    for (const auto& [name, value] : environment)
      setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> words{const_cast<char*>(TAGLOOM_TEST_BINARY)};
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    execv(TAGLOOM_TEST_BINARY, words.data());
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

void Worker::kill() {
  if (pid_ > 0) ::kill(pid_, SIGKILL);
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
