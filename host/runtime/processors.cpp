#include "runtime/processors.hpp"

#include "runtime/control_group.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace tagloom::runtime {
namespace {

/// The positive number that a text starts with, which is taken off; 0 if there is none.
int take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 1) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

int number(const Variables& variables, const char* name) {
  const std::string text = variables(name).value_or("");
  std::string_view rest = text;
  const int number = take_number(rest);
  return rest.empty() ? number : 0;
}

/// Slurm's tasks on the machine of this number, from its list: "2(x3),1" is two on each of three, one on a
/// fourth.
int tasks_on(std::string_view list, int machine) {
  while (true) {
    const int tasks = take_number(list);
    int machines = 1;
    if (list.starts_with("(x")) {
      list.remove_prefix(2);
      machines = take_number(list);
      list.remove_prefix(std::min<std::size_t>(1, list.size()));
    }
    if (machine < machines || !list.starts_with(',')) return tasks;
    machine -= machines;
    list.remove_prefix(1);
  }
}

/// Processes that mpirun or srun started on this machine; 0 if neither did.
int processes_here(const Variables& variables) {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"}) {
    if (const int processes = number(variables, name); processes > 0) return processes;
  }
  // A batch job's shell has Slurm's variables as well, without having been started by srun.
  if (!variables("SLURM_STEP_ID")) return 0;
  return tasks_on(variables("SLURM_STEP_TASKS_PER_NODE").value_or(""), number(variables, "SLURM_NODEID"));
}

}  // namespace

int ProcessorBounds::allowed() const {
  return quota ? std::clamp(static_cast<int>(std::ceil(std::min(*quota, 1e6))), 1, affinity) : affinity;
}

int affinity_processors(const std::function<int(std::size_t bytes, cpu_set_t* mask)>& ask) {
  // One cpu_set_t has room for 1,024; larger machines need several in a row.
  for (std::size_t sets = 1; sets <= 1024; sets *= 2) {
    std::vector<cpu_set_t> mask(sets);
    const std::size_t bytes = sets * sizeof(cpu_set_t);
    if (ask(bytes, mask.data()) == 0) return std::max(CPU_COUNT_S(bytes, mask.data()), 1);
    if (errno != EINVAL) break;
  }
  return 1;
}

ProcessorBounds processor_bounds() {
  return {.online = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)),
          .affinity = affinity_processors(
              [](std::size_t bytes, cpu_set_t* mask) { return sched_getaffinity(0, bytes, mask); }),
          .quota = cpu_quota()};
}

int allowed_processors() {
  return processor_bounds().allowed();
}

int own_processors(const Variables& variables, const ProcessorBounds& bounds) {
  const auto part = [](int processors, int processes) { return std::max(processors / processes, 1); };
  if (const int processes = number(variables, "LOCAL_WORLD_SIZE"); processes > 0)
    return part(bounds.allowed(), processes);
  const int processes = processes_here(variables);
  if (processes == 0) return bounds.allowed();
  const int of_job = number(variables, "SLURM_CPUS_ON_NODE");
  const int share = part(of_job > 0 ? of_job : bounds.online, processes);
  return std::min({bounds.allowed(), share, bounds.quota ? part(bounds.allowed(), processes) : share});
}

int own_processors() {
  return own_processors(own_variable, processor_bounds());
}

std::string what_bounds(const Variables& variables, const ProcessorBounds& bounds) {
  if (variables("OMP_NUM_THREADS")) return "choice";
  if (own_processors(variables, bounds) < bounds.allowed()) return "its share among the processes here";
  if (bounds.allowed() < bounds.affinity)
    return fmt::format("the CPU quota of its control group ({:.4g})", *bounds.quota);
  return bounds.affinity < bounds.online ? "the affinity mask" : "the machine";
}

}  // namespace tagloom::runtime
