#include "runtime/processors.hpp"

#include <algorithm>
#include <cstdlib>
#include <sched.h>
#include <unistd.h>

namespace tagloom::runtime {
namespace {

/// The number a variable starts with: Slurm writes "2(x3),1" for two tasks on three machines and one on a
/// fourth.
std::optional<int> count(const Variables& variables, const char* name) {
  const auto text = variables(name);
  const int value = text ? std::atoi(text->c_str()) : 0;
  return value > 0 ? std::optional(value) : std::nullopt;
}

}  // namespace

int allowed_processors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  return CPU_COUNT(&mask);
}

int own_processors(const Variables& variables, int allowed, int online) {
  const auto part = [](int processors, int processes) { return std::max(processors / processes, 1); };
  if (const auto processes = count(variables, "LOCAL_WORLD_SIZE")) return part(allowed, *processes);
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"}) {
    if (const auto processes = count(variables, name)) return std::min(allowed, part(online, *processes));
  }
  // A batch job's shell has Slurm's variables as well, without having been started by srun.
  if (variables("SLURM_STEP_ID")) {
    if (const auto processes = count(variables, "SLURM_STEP_TASKS_PER_NODE"))
      return std::min(allowed, part(count(variables, "SLURM_CPUS_ON_NODE").value_or(online), *processes));
  }
  return allowed;
}

int own_processors() {
  const auto variable = [](const char* name) -> std::optional<std::string> {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
  return own_processors(variable, allowed_processors(), static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace tagloom::runtime
