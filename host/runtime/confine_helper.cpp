#include "runtime/early_exit.hpp"
#include "runtime/helper.hpp"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

#if defined(__x86_64__) || defined(__aarch64__)

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#endif

constexpr sock_filter load(std::size_t offset) {
  return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}
/// The next statement for this call, the one behind it for others.
constexpr sock_filter if_equal(std::uint32_t value) {
  return BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
}
constexpr sock_filter refuse(int error) {
  return BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error));
}
/// Ends the whole process at once by SIGSYS, which it cannot catch: whoever ignores an error would go on as
/// if nothing had been tried.
constexpr sock_filter kEnd = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
constexpr sock_filter kAllow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

/// A system call that starts another process is the last one. Threads come by `clone` with CLONE_THREAD;
/// glibc tries `clone3` first, whose flags a filter cannot see, and goes on with `clone` where there is none.
void allow_threads_only() {
  constexpr std::uint32_t kThreads = CLONE_THREAD;
  sock_filter program[] = {
    load(offsetof(seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kArchitecture, 1, 0),
    kEnd,
    load(offsetof(seccomp_data, nr)),
#if defined(__x86_64__)
    // The numbers of x32, another way to the same calls.
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    kEnd,
#endif
    if_equal(SYS_clone3),
    refuse(ENOSYS),
    if_equal(SYS_execve),
    kEnd,
    if_equal(SYS_execveat),
    kEnd,
#if defined(__x86_64__)
    if_equal(SYS_fork),
    kEnd,
    if_equal(SYS_vfork),
    kEnd,
#endif
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 1, 0),
    kAllow,
    load(offsetof(seccomp_data, args)),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kThreads, 0, 1),
    kAllow,
    kEnd,
  };
  const sock_fprog filter{.len = std::size(program), .filter = program};
  (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  // Where the system has no filters, the process group that its caller ends is what holds.
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) != 0)
    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

#else

void allow_threads_only() {}

#endif

}  // namespace

void confine_helper() {
  const pid_t caller = getppid();
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended just before.
  if (getppid() != caller) end_now(1);
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  (void)setrlimit(RLIMIT_CORE, &no_core);
  allow_threads_only();
}

}  // namespace tagloom::runtime
