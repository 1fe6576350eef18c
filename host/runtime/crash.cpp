#include "runtime/crash.hpp"

#include "runtime/calling.hpp"

#include <tagloom/base/name.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <execinfo.h>
#include <initializer_list>
#include <link.h>
#include <string_view>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

constexpr std::array<int, 5> kCrashes = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};

/// Where a library's code lies, its name, and that of its component, "NAME" if it has several.
struct Range {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  std::array<char, 512> library{};
  std::array<char, 128> component{};
};

/// Where a component's name is not known.
constexpr const char* kAnyName = "NAME";

// A handler reaches nothing but globals.
std::array<char, 64> name{};
std::array<Range, 64> ranges{};
std::atomic<std::size_t> known = 0;
/// A stack that overflowed has no room for a handler.
alignas(16) std::array<char, 64 * 1024> handlers_stack{};

Range* range_of(const void* address) noexcept {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  for (std::size_t i = 0; i < known; ++i)
    if (ranges[i].begin <= value && value < ranges[i].end) return &ranges[i];
  return nullptr;
}

/// The innermost of the plugins among the callers.
const Range* culprit() noexcept {
  std::array<void*, 128> callers{};
  const int count = backtrace(callers.data(), static_cast<int>(callers.size()));
  for (int i = 0; i < count; ++i)
    if (const Range* range = range_of(callers[static_cast<std::size_t>(i)])) return range;
  return nullptr;
}

/// Text put together with what a handler may call.
class Line {
 public:
  Line& operator<<(const char* text) noexcept {
    const std::size_t length = std::min(std::strlen(text), text_.size() - size_);
    std::memcpy(text_.data() + size_, text, length);
    size_ += length;
    return *this;
  }
  void say() const noexcept {
    // Nobody is left to be told that this failed.
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text_.data(), size_);
  }

 private:
  std::array<char, 1200> text_{};
  std::size_t size_ = 0;
};

/// "tagloom train: WHAT in loading FILE, where the plugin FILE was at work; ...".
void say_end(std::initializer_list<const char*> what) noexcept {
  Line line;
  line << (isatty(STDERR_FILENO) == 1 ? "\n" : "") << name.data() << ": ";
  for (const char* words : what)
    line << words;
  if (const char* const purpose = Calling::purpose()) line << " in " << purpose;
  const Range* const plugin = culprit();
  if (plugin != nullptr) line << ", where the plugin " << plugin->library.data() << " was at work";
  line << "; what was kept before is whole. `tagloom plugins check "
       << (plugin == nullptr ? kAnyName : plugin->component.data()) << "` tests a plugin alone.\n";
  line.say();
}

void on_crash(int signal) noexcept {
  // What the sentence needs may crash as well, and then ends the process without it.
  for (const int each : kCrashes)
    (void)std::signal(each, SIG_DFL);
  // And may wait for ever, for a lock of the loader's that another thread holds.
  (void)std::signal(SIGALRM, SIG_DFL);
  (void)alarm(5);
  const char* const abbreviation = sigabbrev_np(signal);
  say_end({"crashed (SIG", abbreviation == nullptr ? "?" : abbreviation, ")"});
  (void)raise(signal);
}

/// As a handler can print it.
template <std::size_t size>
std::array<char, size> text_of(std::string_view text) {
  std::array<char, size> ended{};
  text.copy(ended.data(), size - 1);
  return ended;
}

struct Search {
  std::uintptr_t within;
  Range found;
};

int look_at(dl_phdr_info* object, std::size_t /*size*/, void* data) {
  auto& search = *static_cast<Search*>(data);
  std::uintptr_t begin = UINTPTR_MAX;
  std::uintptr_t end = 0;
  for (unsigned i = 0; i < object->dlpi_phnum; ++i) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD) continue;
    begin = std::min<std::uintptr_t>(begin, object->dlpi_addr + segment.p_vaddr);
    end = std::max<std::uintptr_t>(end, object->dlpi_addr + segment.p_vaddr + segment.p_memsz);
  }
  if (search.within < begin || search.within >= end) return 0;
  search.found.begin = begin;
  search.found.end = end;
  return 1;
}

}  // namespace

void watch_crashes(const std::string& who) {
  who.copy(name.data(), name.size() - 1);
  // The first call loads a library, which a handler must not.
  std::array<void*, 1> callers{};
  (void)backtrace(callers.data(), 1);
  stack_t stack{};
  stack.ss_sp = handlers_stack.data();
  stack.ss_size = handlers_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int signal : kCrashes) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    // A sanitizer that watches already says more.
    if (before.sa_handler == SIG_DFL) sigaction(signal, &action, nullptr);
  }
}

void say_ended_by(const char* call) noexcept {
  say_end({call, " was called"});
}

void name_in_crashes(const std::filesystem::path& library, const std::string& component, const void* within) {
  if (Range* const range = range_of(within)) {
    if (component != range->component.data()) range->component = text_of<128>(kAnyName);
    return;
  }
  if (known == ranges.size()) return;
  Search search{.within = reinterpret_cast<std::uintptr_t>(within), .found = {}};
  if (dl_iterate_phdr(look_at, &search) == 0) return;
  search.found.library = text_of<512>(shown(library));
  search.found.component = text_of<128>(shown(component));
  ranges[known] = search.found;
  ++known;
}

}  // namespace tagloom::runtime
