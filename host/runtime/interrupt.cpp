#include "runtime/interrupt.hpp"

#include "runtime/early_exit.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/interrupt.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <poll.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

constexpr std::array<int, 6> kStopping = {SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU, SIGPIPE};

// A handler reaches nothing but globals.
std::array<char, 64> whose{};
std::atomic<std::int64_t> noted_at = 0;

std::int64_t milliseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

/// In one piece, so that no other line gets between; with what a handler may call.
void say(std::initializer_list<const char*> words) noexcept {
  std::array<char, 256> text{};
  std::size_t size = 0;
  for (const char* word : words) {
    const std::size_t length = std::min(std::strlen(word), text.size() - size);
    std::memcpy(text.data() + size, word, length);
    size += length;
  }
  // Nobody is left to be told that this failed.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), size);
}

[[noreturn]] void end_at_once(int signal) noexcept {
  // A bar of progress may stand on the terminal's line.
  say({isatty(STDERR_FILENO) == 1 ? "\n" : "", whose.data(), ": stopped by SIG", sigabbrev_np(signal),
       signal == SIGPIPE  ? ": nobody reads its standard output any longer"
       : stop_requested() ? " before it had ended in good order; what was kept last is whole"
                          : "",
       ".\n"});
  end_now(128 + signal);
}

/// Other pipes and sockets break, too; that is told to the code which writes to them.
bool output_has_no_reader() noexcept {
  pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

/// Whether a signal that follows another asks for an end at once. `timeout` and torchrun send theirs twice
/// within a moment, and SIGXCPU comes again every second.
bool is_impatient(int signal) noexcept {
  constexpr std::int64_t kMoment = 500;
  return (signal == SIGINT || signal == SIGTERM) && milliseconds() - noted_at > kMoment;
}

void on_signal(int signal) noexcept {
  const int error = errno;
  if (signal == SIGPIPE && !output_has_no_reader()) {
    // Nothing to do.
  } else if (stop_requested()) {
    if (is_impatient(signal)) end_at_once(signal);
  } else if (ends_in_good_order()) {
    noted_at = milliseconds();
    request_stop(signal);
  } else {
    end_at_once(signal);
  }
  errno = error;
}

}  // namespace

void watch_interrupts(const std::string& who) {
  who.copy(whose.data(), whose.size() - 1);
  struct sigaction action {};
  action.sa_handler = on_signal;
  // What ends in good order asks for the note; its reads are not made to fail half way.
  action.sa_flags = SA_RESTART;
  // The first of several that arrive together is heard first.
  sigfillset(&action.sa_mask);
  for (const int signal : kStopping)
    sigaction(signal, &action, nullptr);
  struct sigaction hang_up {};
  sigaction(SIGHUP, nullptr, &hang_up);
  if (hang_up.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);
}

void ignore_interrupts() {
  for (const int signal : kStopping)
    (void)std::signal(signal, SIG_IGN);
  (void)std::signal(SIGHUP, SIG_IGN);
}

bool interrupted() {
  return stop_requested();
}

int interrupted_status() {
  return 128 + stop_signal().value_or(SIGTERM);
}

void end_interrupted(const std::string& sentence) {
  print_error("{}: {}\n", whose.data(), sentence);
  end_now(interrupted_status());
}

}  // namespace tagloom::runtime
