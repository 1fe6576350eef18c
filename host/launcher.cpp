/// The program that users start, `bin/tagloom`. It sets what is read before any main of a program with
/// LibTorch runs, and becomes `libexec/tagloom-front`, which answers what it can without LibTorch and becomes
/// `libexec/tagloom-program` for the rest.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <system_error>
#include <unistd.h>

namespace {

/// Batch systems leave variables empty that they mean to leave unset.
const char* variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value != '\0') return value;
  unsetenv(name);
  return nullptr;
}

/// OpenMP's threads wait for work by spinning. Its default, milliseconds, costs a multiple of the time where
/// others need the processors; to sleep at once costs a fast training step a tenth
/// (docs/performance-diary.md).
void let_idle_threads_sleep() {
  if (variable("OMP_WAIT_POLICY") == nullptr && variable("GOMP_SPINCOUNT") == nullptr)
    setenv("GOMP_SPINCOUNT", "4000", /*overwrite=*/0);
}

/// A training step reads hundreds of megabytes, which with small pages takes a fifth longer. Linux gives
/// large ones to those who ask, and glibc's malloc asks if told so here.
void ask_for_huge_pages() {
  if (variable("GLIBC_TUNABLES") == nullptr)
    setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", /*overwrite=*/0);
}

/// OpenBLAS knows processors by their model, and computes with SSE on an Intel one that came after it:
/// float32 products then take five to eight times as long. It reads this when it is loaded, and other
/// libraries do not.
void name_kernels_of_openblas() {
#if defined(__x86_64__)
  if (variable("OPENBLAS_CORETYPE") != nullptr) return;
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq")) {
    setenv("OPENBLAS_CORETYPE", "SKYLAKEX", /*overwrite=*/0);
  } else if (__builtin_cpu_is("intel") && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    setenv("OPENBLAS_CORETYPE", "HASWELL", /*overwrite=*/0);
  }
#endif
}

/// OpenCV has limits of its own, and ends the process while it is loaded where one is no number. What counts
/// is --max-pixels.
void lift_limits_of_opencv() {
  setenv("OPENCV_IO_MAX_IMAGE_PIXELS", "1099511627776", /*overwrite=*/1);
  setenv("OPENCV_IO_MAX_IMAGE_WIDTH", "2147483647", /*overwrite=*/1);
  setenv("OPENCV_IO_MAX_IMAGE_HEIGHT", "2147483647", /*overwrite=*/1);
}

/// More than any machine has processors; OpenMP crashes long before a million.
constexpr long kMostThreads = 4096;

/// As OpenMP has it: a number, or one a level with commas between. It and LibTorch each complain in their own
/// words of anything else, and go on with a number that nobody chose.
bool are_numbers_of_threads(const char* text) {
  char* end = nullptr;
  const long threads = std::strtol(text, &end, 10);
  if (end == text || threads < 1 || threads > kMostThreads) return false;
  end += std::strspn(end, " ");
  return *end == '\0' || (*end == ',' && are_numbers_of_threads(end + 1));
}

/// A file that is opened while a standard stream is missing takes its number, and then receives what is
/// printed.
void open_missing_streams() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (fcntl(descriptor, F_GETFD) == -1 && errno == EBADF) (void)open("/dev/null", O_RDWR);
  }
}

}  // namespace

int main(int /*argc*/, char** argv) {
  open_missing_streams();
  const char* threads = variable("OMP_NUM_THREADS");
  if (threads != nullptr && !are_numbers_of_threads(threads)) {
    std::fprintf(stderr,
                 "tagloom: OMP_NUM_THREADS is \"%s\"; give a number of threads from 1 to %ld, or unset it.\n",
                 threads, kMostThreads);
    return 2;
  }
  let_idle_threads_sleep();
  ask_for_huge_pages();
  name_kernels_of_openblas();
  lift_limits_of_opencv();

  std::error_code failed;
  const auto launcher = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) {
    std::fprintf(stderr, "tagloom: /proc/self/exe cannot be read (%s); mount /proc.\n",
                 failed.message().c_str());
    return 1;
  }
  const auto program = launcher.parent_path().parent_path() / "libexec" / "tagloom-front";
  execv(program.c_str(), argv);
  std::fprintf(
      stderr,
      "tagloom: %s cannot be started (%s); bin, libexec and lib of an installation belong together.\n",
      program.c_str(), std::strerror(errno));
  return 1;
}
