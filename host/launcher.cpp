/// The program that users start, `bin/tagloom`. It sets what is read before any main of a program with
/// LibTorch runs, and becomes `libexec/tagloom-program`, the real one.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
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
/// others need the processors; to sleep at once costs a fast training step a tenth (docs/performance.md).
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

/// As OpenMP has it: a number, or one a level with commas between. It and LibTorch each complain in their own
/// words of anything else, and go on with a number that nobody chose.
bool are_numbers_of_threads(const char* text) {
  char* end = nullptr;
  const long threads = std::strtol(text, &end, 10);
  if (end == text || threads < 1) return false;
  end += std::strspn(end, " ");
  return *end == '\0' || (*end == ',' && are_numbers_of_threads(end + 1));
}

}  // namespace

int main(int /*argc*/, char** argv) {
  const char* threads = variable("OMP_NUM_THREADS");
  if (threads != nullptr && !are_numbers_of_threads(threads)) {
    std::fprintf(stderr,
                 "tagloom: OMP_NUM_THREADS is \"%s\"; give a number of threads from 1 on, or unset it.\n",
                 threads);
    return 2;
  }
  let_idle_threads_sleep();
  ask_for_huge_pages();
  name_kernels_of_openblas();

  std::error_code failed;
  const auto launcher = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) {
    std::fprintf(stderr, "tagloom: /proc/self/exe cannot be read (%s); mount /proc.\n",
                 failed.message().c_str());
    return 1;
  }
  const auto program = launcher.parent_path().parent_path() / "libexec" / "tagloom-program";
  execv(program.c_str(), argv);
  std::fprintf(
      stderr,
      "tagloom: %s cannot be started (%s); bin, libexec and lib of an installation belong together.\n",
      program.c_str(), std::strerror(errno));
  return 1;
}
