// The functions below are found before the C library's, since they belong to the program itself.

#include "support/fault.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstdarg>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <mutex>
#include <optional>
#include <string_view>
#include <sys/types.h>
#include <unistd.h>

namespace tagloom::testing {
namespace {

struct Active {
  Call call;
  int error_number;
  std::string part_of_path;
  std::atomic<std::size_t> successes;
  std::atomic<bool> once = false;
  std::atomic<bool> over = false;
};

std::atomic<Active*> active = nullptr;
std::atomic<std::size_t> strikes_so_far = 0;

bool is_of(Call kind, Call call) {
  return kind == call || (kind == Call::any_lock && call == Call::flock);
}

/// Sets errno if the call is to fail.
bool strikes(Call call, std::string_view path) {
  Active* const fault = active;
  if (fault == nullptr || !is_of(fault->call, call) ||
      path.find(fault->part_of_path) == std::string_view::npos)
    return false;
  if (fault->successes > 0) {
    --fault->successes;
    return false;
  }
  if (fault->over.exchange(fault->once)) return false;
  ++strikes_so_far;
  errno = fault->error_number;
  return true;
}

std::string path_of(int descriptor) {
  std::array<char, 64> link = {};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
  std::array<char, 4096> path = {};
  const ssize_t bytes = ::readlink(link.data(), path.data(), path.size());
  return {path.data(), bytes < 0 ? 0 : static_cast<std::size_t>(bytes)};
}

bool strikes(Call call, int descriptor) {
  return active != nullptr && strikes(call, path_of(descriptor));
}

std::mutex hanging;
std::condition_variable answers;
std::optional<std::string> hung;

void wait_while_hung(int descriptor) {
  std::unique_lock lock(hanging);
  answers.wait(lock, [&] { return !hung || path_of(descriptor).find(*hung) == std::string::npos; });
}

template <class Function>
Function* the_real(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

Fault::Fault(Call call, int error_number, std::string part_of_path, std::size_t successes) {
  strikes_so_far = 0;
  active = new Active{call, error_number, std::move(part_of_path), successes};
}

Fault::~Fault() {
  delete active.exchange(nullptr);
}

void Fault::strike_once() {
  active.load()->once = true;
}

HungReads::HungReads(std::string part_of_path) {
  const std::scoped_lock lock(hanging);
  hung = std::move(part_of_path);
}

HungReads::~HungReads() {
  {
    const std::scoped_lock lock(hanging);
    hung.reset();
  }
  answers.notify_all();
}

std::size_t Fault::strikes() {
  return strikes_so_far;
}

}  // namespace tagloom::testing

// The C library has a function and a struct called flock.
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC visibility push(default)
extern "C" {

using tagloom::testing::Call;

int open(const char* path, int flags, ...) {
  static auto* const real = tagloom::testing::the_real<int(const char*, int, ...)>("open");
  if (tagloom::testing::strikes(Call::open, path)) return -1;
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return real(path, flags, mode);
}

ssize_t pread(int descriptor, void* bytes, std::size_t count, off_t offset) {
  static auto* const real = tagloom::testing::the_real<ssize_t(int, void*, std::size_t, off_t)>("pread");
  tagloom::testing::wait_while_hung(descriptor);
  return tagloom::testing::strikes(Call::read, descriptor) ? -1 : real(descriptor, bytes, count, offset);
}

ssize_t pwrite(int descriptor, const void* bytes, std::size_t count, off_t offset) {
  static auto* const real =
      tagloom::testing::the_real<ssize_t(int, const void*, std::size_t, off_t)>("pwrite");
  return tagloom::testing::strikes(Call::write, descriptor) ? -1 : real(descriptor, bytes, count, offset);
}

int fsync(int descriptor) {
  static auto* const real = tagloom::testing::the_real<int(int)>("fsync");
  return tagloom::testing::strikes(Call::sync, descriptor) ? -1 : real(descriptor);
}

int rename(const char* from, const char* to) {
  static auto* const real = tagloom::testing::the_real<int(const char*, const char*)>("rename");
  return tagloom::testing::strikes(Call::rename, to) ? -1 : real(from, to);
}

int flock(int descriptor, int operation) {
  static auto* const real = tagloom::testing::the_real<int(int, int)>("flock");
  return tagloom::testing::strikes(Call::flock, descriptor) ? -1 : real(descriptor, operation);
}

int fcntl(int descriptor, int command, ...) {
  static auto* const real = tagloom::testing::the_real<int(int, int, ...)>("fcntl");
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  const bool locks = command == F_OFD_SETLK;
  return locks && tagloom::testing::strikes(Call::any_lock, descriptor) ? -1
                                                                        : real(descriptor, command, argument);
}

}  // extern "C"
#pragma GCC visibility pop
