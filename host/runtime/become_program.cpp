#include "runtime/become_program.hpp"

#include "runtime/helper.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

/// In KiB, as `ulimit` counts; 0 if there is none.
unsigned long long limit(int resource) {
  rlimit bound{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &bound) != 0 || bound.rlim_cur == RLIM_INFINITY)
    return 0;
  return bound.rlim_cur / 1024;
}

/// Whether the program gets as far as its main, tried in a process of its own.
bool can_be_loaded(const std::filesystem::path& program) {
  const pid_t child = fork();
  if (child < 0) return true;
  if (child == 0) {
    // Where memory is missing OpenBLAS tries again and again; loading takes less than one of these seconds.
    const rlimit seconds{.rlim_cur = 3, .rlim_max = 3};
    setrlimit(RLIMIT_CPU, &seconds);
    const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const int nowhere = open("/dev/null", O_RDWR);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl(program.c_str(), "tagloom", "--version", static_cast<char*>(nullptr));
    _exit(1);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// What is set, for people; empty if nothing is. Which of two is too small cannot be told.
std::string limits() {
  std::string text;
  if (const auto addresses = limit(RLIMIT_AS); addresses != 0)
    text = fmt::format("{} KiB of address space (ulimit -v)", addresses);
  if (const auto data = limit(RLIMIT_DATA); data != 0)
    text += fmt::format("{}{} KiB of data (ulimit -d)", text.empty() ? "" : " and ", data);
  return text;
}

/// LibTorch's libraries and OpenBLAS's buffers want a gigabyte of addresses before main, and what happens
/// without is a crash, or minutes of waiting. Where a limit is set, and only there, it is tried first.
void check_fits_into_memory(const std::filesystem::path& program) {
  const std::string set = limits();
  if (set.empty() || access(program.c_str(), X_OK) != 0 || can_be_loaded(program)) return;
  const char* const threads = std::getenv("OPENBLAS_NUM_THREADS");
  if (threads == nullptr || *threads == '\0') {
    setenv("OPENBLAS_NUM_THREADS", "1", /*overwrite=*/1);
    if (can_be_loaded(program)) return;
  }
  throw Error(
      fmt::format("LibTorch cannot be loaded within {}; set no such limit, or one of 2 GiB at least.", set));
}

}  // namespace

void become_full_program(char** argv) {
  const std::filesystem::path program = full_program();
  check_fits_into_memory(program);
  execv(program.c_str(), argv);
  throw Error(
      fmt::format("{} cannot be started ({}); bin, libexec and lib of an installation belong together.",
                  shown(program), std::strerror(errno)));
}

}  // namespace tagloom::runtime
