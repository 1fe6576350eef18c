#include "distributed/environment.hpp"

#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace tagloom::distributed {
namespace {

/// How one family of launchers names what we need.
struct Launcher {
  const char* rank;
  const char* size;
  const char* local_rank;
};

constexpr Launcher kLaunchers[] = {
    {"RANK", "WORLD_SIZE", "LOCAL_RANK"},
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},
    {"SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"},
};

constexpr int kDefaultPort = 29500;

std::optional<int> number(const Variables& variables, const char* name, int smallest) {
  const auto text = variables(name);
  if (!text) return std::nullopt;
  int value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < smallest)
    throw UsageError(
        fmt::format("The environment variable {} is \"{}\", not a whole number from {} on; the "
                    "launcher of the processes (torchrun, mpirun, srun) sets it.",
                    name, *text, smallest));
  return value;
}

/// A batch job's shell has SLURM_NTASKS as well, without having been started by srun.
bool meant_for_us(const Launcher& launcher, const Variables& variables) {
  return std::string_view(launcher.rank) != "SLURM_PROCID" || variables("SLURM_STEP_ID").has_value();
}

}  // namespace

Environment environment(const Variables& variables) {
  for (const Launcher& launcher : kLaunchers) {
    if (!meant_for_us(launcher, variables)) continue;
    const auto rank = number(variables, launcher.rank, 0);
    const auto size = number(variables, launcher.size, 1);
    if (!rank && !size) continue;
    if (!rank || !size)
      throw UsageError(fmt::format("The environment has {} but not {}; several processes need both.",
                                   rank ? launcher.rank : launcher.size,
                                   rank ? launcher.size : launcher.rank));
    if (*rank >= *size)
      throw UsageError(fmt::format("{} is {}, but {} is {}; ranks go from 0 to {}.", launcher.rank, *rank,
                                   launcher.size, *size, *size - 1));
    if (*size == 1) return {};
    const auto address = variables("MASTER_ADDR");
    if (!address || address->empty())
      throw UsageError(
          fmt::format("{} is {}, but MASTER_ADDR is not set; set it to the machine of rank 0 "
                      "(and MASTER_PORT to a free port there).",
                      launcher.size, *size));
    int port = number(variables, "MASTER_PORT", 1).value_or(kDefaultPort);
    // There torchrun itself listens, in the words of its own PyTorch's version.
    if (variables("TORCHELASTIC_USE_AGENT_STORE").value_or("") == "True") ++port;
    if (port > 65535) throw UsageError(fmt::format("MASTER_PORT {} is no port; give one below 65535.", port));
    return {.rank = *rank,
            .size = *size,
            .local_rank = number(variables, launcher.local_rank, 0).value_or(0),
            .address = *address,
            .port = static_cast<std::uint16_t>(port)};
  }
  return {};
}

Environment environment() {
  return environment(runtime::own_variable);
}

}  // namespace tagloom::distributed
