#include "experiment/slots.hpp"

#include "runtime/device.hpp"
#include "runtime/processors.hpp"
#include "runtime/variables.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <sched.h>
#include <sstream>
#include <unistd.h>

namespace tagloom::experiment {
namespace {

std::vector<int> own_mask() {
  // Far more than any machine has.
  constexpr int kMost = 16384;
  std::vector<int> processors;
  cpu_set_t* const mask = CPU_ALLOC(kMost);
  const std::size_t bytes = CPU_ALLOC_SIZE(kMost);
  if (mask != nullptr && sched_getaffinity(0, bytes, mask) == 0)
    for (int processor = 0; processor < kMost; ++processor)
      if (CPU_ISSET_S(static_cast<std::size_t>(processor), bytes, mask)) processors.push_back(processor);
  CPU_FREE(mask);
  return processors;
}

std::vector<std::string> visible_gpus() {
  const int count = runtime::gpus_here().count;
  std::vector<std::string> names;
  std::istringstream list(runtime::own_variable("CUDA_VISIBLE_DEVICES").value_or(""));
  for (std::string name; std::getline(list, name, ',') && static_cast<int>(names.size()) < count;)
    names.push_back(name);
  while (static_cast<int>(names.size()) < count)
    names.push_back(std::to_string(names.size()));
  return names;
}

/// The number behind a word in a file of /proc or of a control group; `missing` if there is none.
std::int64_t number_behind(const std::filesystem::path& path, const std::string& word, std::int64_t missing) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    std::int64_t number = 0;
    if (word.empty() && words >> number) return number;
    if (!word.empty() && words >> first && first == word && words >> number) return number;
  }
  return missing;
}

/// Version 2's: the smallest room on the way from the process's group up to the topmost.
std::int64_t room_in_control_groups(const std::filesystem::path& root) {
  constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();
  std::ifstream groups(root / "proc/self/cgroup");
  std::string own;
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::/")) own = line.substr(4);
  std::int64_t room = kAll;
  const std::filesystem::path top = root / "sys/fs/cgroup";
  for (std::filesystem::path group = own;; group = group.parent_path()) {
    const std::filesystem::path folder = top / group;
    const std::int64_t most = number_behind(folder / "memory.max", "", kAll);
    // Pages of files are given up for whoever needs them.
    if (most != kAll)
      room = std::min(room, most - number_behind(folder / "memory.current", "", 0) +
                                number_behind(folder / "memory.stat", "inactive_file", 0));
    if (group.empty()) return room;
  }
}

}  // namespace

Machine this_machine(bool gpus) {
  return {.processors = own_mask(),
          .allowed = runtime::own_processors(),
          .gpus = gpus ? visible_gpus() : std::vector<std::string>(),
          .threads_chosen = runtime::own_variable("OMP_NUM_THREADS").has_value()};
}

std::vector<Slot> slots_of(const Machine& machine, int jobs) {
  const auto gpus = machine.gpus.size();
  const auto wanted = jobs > 0 ? static_cast<std::size_t>(jobs) : std::max<std::size_t>(gpus, 1);
  const auto count = std::min(wanted, static_cast<std::size_t>(std::max(machine.allowed, 1)));
  std::vector<Slot> slots(count);
  if (count == 1 && gpus < 2) return slots;
  for (std::size_t i = 0; i < count; ++i) {
    Slot& slot = slots[i];
    if (gpus > 0) slot.environment["CUDA_VISIBLE_DEVICES"] = machine.gpus[i % gpus];
    const auto part = [&](std::size_t all, std::size_t index) { return all * index / count; };
    const auto allowed = static_cast<std::size_t>(machine.allowed);
    // Under a quota any processor may be the one that is free.
    if (allowed < machine.processors.size()) {
      if (!machine.threads_chosen)
        slot.environment["OMP_NUM_THREADS"] = std::to_string(part(allowed, i + 1) - part(allowed, i));
      continue;
    }
    const auto begin = machine.processors.begin();
    slot.processors.assign(begin + static_cast<std::ptrdiff_t>(part(machine.processors.size(), i)),
                           begin + static_cast<std::ptrdiff_t>(part(machine.processors.size(), i + 1)));
  }
  return slots;
}

std::int64_t free_bytes(const std::filesystem::path& root) {
  constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max() / 1024;
  const std::int64_t machine = number_behind(root / "proc/meminfo", "MemAvailable:", kUnknown) * 1024;
  return std::min(machine, room_in_control_groups(root));
}

std::int64_t resident_bytes(pid_t process, const std::filesystem::path& root) {
  std::ifstream file(root / "proc" / std::to_string(process) / "statm");
  std::int64_t size = 0;
  std::int64_t resident = 0;
  return file >> size >> resident ? resident * sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace tagloom::experiment
