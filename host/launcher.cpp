/// The program that users start, `bin/tagloom`. It sets what is read before any main of a program with
/// LibTorch runs, and becomes `libexec/tagloom`, the real one.

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace {

/// OpenMP's threads wait for work by spinning. Its default, milliseconds, gains nothing on an idle machine
/// and, where others need the processors, costs a multiple of the time (docs/performance.md).
void let_idle_threads_sleep() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "1000", /*overwrite=*/0);
}

/// LibTorch logs, through its own logger or glog, what then reaches the user as our sentence.
void silence_libraries() {
  setenv("TORCH_CPP_LOG_LEVEL", "FATAL", /*overwrite=*/0);
  setenv("GLOG_minloglevel", "3", /*overwrite=*/0);
}

/// OpenMP and LibTorch each complain in their own words, and go on with a number that nobody chose.
bool is_number_of_threads(const char* text) {
  int threads = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), threads);
  return error == std::errc() && threads > 0 && (*end == '\0' || *end == ',');
}

}  // namespace

int main(int argc, char** argv) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  if (threads != nullptr && !is_number_of_threads(threads)) {
    std::fprintf(stderr,
                 "tagloom: OMP_NUM_THREADS is \"%s\"; give a number of threads from 1 on, or unset it.\n",
                 threads);
    return 2;
  }
  let_idle_threads_sleep();
  const auto is_verbose = [](const char* argument) { return std::strcmp(argument, "--verbose") == 0; };
  if (std::none_of(argv + 1, argv + argc, is_verbose)) silence_libraries();

  std::error_code ignored;
  const auto launcher = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto program = launcher.parent_path().parent_path() / "libexec" / "tagloom";
  execv(program.c_str(), argv);
  std::fprintf(stderr, "tagloom: %s cannot be started (%s); build or install tagloom again.\n",
               program.c_str(), std::strerror(errno));
  return 1;
}
