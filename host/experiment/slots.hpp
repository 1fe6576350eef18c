#pragma once

/// How a machine is divided among the cells that run at once: processors and GPUs, and the memory that one
/// more may ask for.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace tagloom::experiment {

/// What one cell at a time runs on.
struct Slot {
  /// Empty: those of this process.
  std::vector<int> processors;
  /// What its processes are told besides: CUDA_VISIBLE_DEVICES, OMP_NUM_THREADS.
  std::map<std::string, std::string> environment;
};

struct Machine {
  /// The processors of this process.
  std::vector<int> processors;
  /// How many of them it may keep busy: fewer under a CPU quota.
  int allowed = 1;
  /// As CUDA_VISIBLE_DEVICES names each GPU.
  std::vector<std::string> gpus;
  /// OMP_NUM_THREADS is set, and stays as it is.
  bool threads_chosen = false;
};

/// This one. Where `gpus` is false, without its GPUs.
[[nodiscard]] Machine this_machine(bool gpus);

/// So many slots as cells are to run at once; 0: one a GPU, or else one. No more than there are processors.
[[nodiscard]] std::vector<Slot> slots_of(const Machine& machine, int jobs);

/// What is free for more processes: of the machine, and of the control group that this process is in. `root`
/// holds `proc` and `sys`, another than / in tests.
[[nodiscard]] std::int64_t free_bytes(const std::filesystem::path& root = "/");

/// What a process holds at this moment; 0 if it is gone.
[[nodiscard]] std::int64_t resident_bytes(pid_t process, const std::filesystem::path& root = "/");

}  // namespace tagloom::experiment
