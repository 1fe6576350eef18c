#include "distributed/environment.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

namespace tagloom::distributed {
namespace {

/// How one family of launchers names what we need.
struct Launcher {
  const char* name;
  const char* rank;
  const char* size;
  const char* local_rank;
};

constexpr Launcher kLaunchers[] = {
    {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_RANK"},
    {"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK"},
    {"mpirun", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"},
    {"srun", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"},
};

constexpr int kDefaultPort = 29500;

constexpr int kMostSeconds = 30 * 24 * 3600;

std::optional<std::string> set_text(const Variables& variables, const char* name) {
  auto text = variables(name);
  // Batch systems leave variables empty that they mean to leave unset.
  return text && text->empty() ? std::nullopt : text;
}

struct Range {
  int smallest = 0;
  int largest = std::numeric_limits<int>::max();
};

/// Nothing if it is no whole number, or none of the range.
std::optional<int> number_in(const std::string& text, Range range) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value >= range.smallest && value <= range.largest ? std::optional(value) : std::nullopt;
}

std::optional<int> number(const Variables& variables, const char* name, int smallest) {
  const auto text = set_text(variables, name);
  if (!text) return std::nullopt;
  const auto value = number_in(*text, {.smallest = smallest});
  if (!value)
    throw UsageError(
        fmt::format("The environment variable {} is \"{}\", not a whole number from {} on; the "
                    "launcher of the processes (torchrun, mpirun, srun) sets it.",
                    name, shown(*text), smallest));
  return value;
}

std::uint16_t meeting_port(const Variables& variables) {
  constexpr Range kPorts{.smallest = 1, .largest = 65535};
  const auto text = set_text(variables, "MASTER_PORT");
  // There torchrun itself listens, in the words of its own PyTorch's version.
  const bool torchrun_has_it = variables("TORCHELASTIC_USE_AGENT_STORE").value_or("") == "True";
  const auto port = text ? number_in(*text, kPorts) : kDefaultPort;
  if (!port || (torchrun_has_it && *port == kPorts.largest))
    throw UsageError(fmt::format("MASTER_PORT is \"{}\", which is no port; give one from 1 to {}.",
                                 shown(*text), torchrun_has_it ? kPorts.largest - 1 : kPorts.largest));
  return static_cast<std::uint16_t>(*port + (torchrun_has_it ? 1 : 0));
}

std::chrono::seconds time_limit(const Variables& variables) {
  const auto text = set_text(variables, "TAGLOOM_PROCESS_TIMEOUT");
  if (!text) return Environment{}.time_limit;
  const auto seconds = number_in(*text, {.smallest = 1, .largest = kMostSeconds});
  if (!seconds)
    throw UsageError(
        fmt::format("TAGLOOM_PROCESS_TIMEOUT is \"{}\"; give a whole number of seconds from 1 to {}.",
                    shown(*text), kMostSeconds));
  return std::chrono::seconds(*seconds);
}

/// A batch job's shell has SLURM_NTASKS as well, without having been started by srun.
bool meant_for_us(const Launcher& launcher, const Variables& variables) {
  return std::string_view(launcher.rank) != "SLURM_PROCID" || set_text(variables, "SLURM_STEP_ID");
}

}  // namespace

Place place(const Variables& variables) {
  for (const Launcher& launcher : kLaunchers) {
    if (!meant_for_us(launcher, variables)) continue;
    const auto rank = number(variables, launcher.rank, 0);
    const auto size = number(variables, launcher.size, 1);
    if (!rank && !size) continue;
    if (!rank || !size)
      throw UsageError(fmt::format(
          "The environment has {0} but not {1}, and {2} sets both; start the processes by {2}, or unset {0} "
          "for one.",
          rank ? launcher.rank : launcher.size, rank ? launcher.size : launcher.rank, launcher.name));
    if (*rank >= *size)
      throw UsageError(fmt::format("{} is {}, but {} is {}; ranks go from 0 to {}.", launcher.rank, *rank,
                                   launcher.size, *size, *size - 1));
    if (*size == 1) return {};
    return {.rank = *rank,
            .size = *size,
            .local_rank = number(variables, launcher.local_rank, 0).value_or(0),
            .rank_variable = launcher.rank,
            .size_variable = launcher.size};
  }
  return {};
}

Environment environment(const Variables& variables) {
  const Place here = place(variables);
  if (here.size == 1) return {};
  const auto address = set_text(variables, "MASTER_ADDR");
  if (!address)
    throw UsageError(
        fmt::format("{} is {}, but MASTER_ADDR is not set; set it to the machine of rank 0 "
                    "(and MASTER_PORT to a free port there).",
                    here.size_variable, here.size));
  return {.rank = here.rank,
          .size = here.size,
          .local_rank = here.local_rank,
          .address = *address,
          .port = meeting_port(variables),
          .time_limit = time_limit(variables)};
}

Environment environment() {
  return environment(runtime::own_variable);
}

void require_one_process(std::string_view command) {
  if (environment().size > 1)
    throw UsageError(fmt::format(
        "`tagloom {}` works in one process; start it without torchrun, mpirun or srun.", command));
}

}  // namespace tagloom::distributed
