#include "runtime/memory.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdint>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <vector>

namespace tagloom::runtime {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;
/// OpenBLAS's buffer, of which every thread takes one and so does the thread that calls (measured, as the
/// two below are: a short training of the demo set just runs).
constexpr std::uint64_t kBlasBuffer = 128 * kMiB;
/// A thread's stack and its part of malloc's arenas.
constexpr std::uint64_t kThread = 72 * kMiB;
/// What malloc asks for in advance (process.cpp), and a small model with its features.
constexpr std::uint64_t kWork = 384 * kMiB;

std::uint64_t need_of(int threads) {
  const auto count = static_cast<std::uint64_t>(threads);
  return (count + 1) * kBlasBuffer + count * kThread + kWork;
}

/// Whether the kernel would give so much; it is given back at once.
bool is_granted(std::uint64_t bytes) {
  void* const got =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (got == MAP_FAILED) return false;
  munmap(got, bytes);
  return true;
}

struct Limit {
  decltype(RLIMIT_AS) resource;
  const char* words;
};
constexpr std::array<Limit, 2> kLimits = {
    {{RLIMIT_AS, "address space (ulimit -v)"}, {RLIMIT_DATA, "data (ulimit -d)"}}};

/// "the limit of 900000 KiB of address space (ulimit -v)"; both where both are set, since which of them is
/// too small cannot be told. Empty where none is.
std::string limits_set() {
  std::vector<std::string> limits;
  for (const auto& [resource, words] : kLimits) {
    rlimit bound{};
    if (getrlimit(resource, &bound) == 0 && bound.rlim_cur != RLIM_INFINITY)
      limits.push_back(fmt::format("{} KiB of {}", bound.rlim_cur / 1024, words));
  }
  if (limits.empty()) return "";
  return fmt::format("the limit{} of {}", limits.size() == 1 ? "" : "s", fmt::join(limits, " and "));
}

Error too_little(const std::string& limits, std::uint64_t bytes, const char* purpose) {
  return Error(fmt::format("within {} there are no {} MiB {}; set no such limit, or a larger one.", limits,
                           bytes / kMiB, purpose));
}

}  // namespace

void ask_for_memory_to_begin() {
  // malloc's first request takes 256 of it (process.cpp), and HDF5 does not survive its failure.
  constexpr std::uint64_t kBeginning = 384 * kMiB;
  const std::string limits = limits_set();
  if (!limits.empty() && !is_granted(kBeginning)) throw too_little(limits, kBeginning, "to begin");
}

void ask_for_memory_of_products(const std::function<void(const std::string&)>& warn) {
  const std::string limits = limits_set();
  if (limits.empty()) return;
  const int wanted = at::get_num_threads();
  int threads = wanted;
  while (threads > 0 && !is_granted(need_of(threads)))
    --threads;
  if (threads == 0) throw too_little(limits, need_of(1), "for products and a small model");
  if (threads == wanted) return;
  at::set_num_threads(threads);
  warn(fmt::format("{} of {} threads are used: within {} there is no room for the buffers of more.", threads,
                   wanted, limits));
}

}  // namespace tagloom::runtime
