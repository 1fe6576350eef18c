#include "runtime/processors.hpp"

#include <algorithm>
#include <charconv>
#include <sched.h>
#include <string_view>
#include <unistd.h>

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

int allowed_processors() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0) return 1;
  return CPU_COUNT(&mask);
}

int own_processors(const Variables& variables, int allowed, int online) {
  const auto part = [](int processors, int processes) { return std::max(processors / processes, 1); };
  if (const int processes = number(variables, "LOCAL_WORLD_SIZE"); processes > 0)
    return part(allowed, processes);
  const int processes = processes_here(variables);
  if (processes == 0) return allowed;
  const int of_job = number(variables, "SLURM_CPUS_ON_NODE");
  return std::min(allowed, part(of_job > 0 ? of_job : online, processes));
}

int own_processors() {
  return own_processors(own_variable, allowed_processors(), static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}

}  // namespace tagloom::runtime
