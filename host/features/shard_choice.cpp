#include "features/shard_choice.hpp"

#include "distributed/environment.hpp"
#include "features/shard.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace tagloom::features {
namespace {

/// A variable that Slurm sets for each task of an array; nothing if it is not set.
std::optional<std::int64_t> of_array(const runtime::Variables& variables, const char* name) {
  const auto text = variables(name);
  if (!text || text->empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size())
    throw UsageError(
        fmt::format("{} is \"{}\", which is no whole number; give --shard I/N.", name, shown(*text)));
  return value;
}

/// The place of this task among those of its array: `--array=0-14:2` has eight, from 0 in steps of 2. Where
/// some tasks of an array are started again by themselves, the variables no longer tell how many there were.
std::optional<Shard> shard_of_array(const runtime::Variables& variables) {
  const auto id = of_array(variables, "SLURM_ARRAY_TASK_ID");
  if (!id) return std::nullopt;
  const auto count = of_array(variables, "SLURM_ARRAY_TASK_COUNT");
  if (!count)
    throw UsageError("There is SLURM_ARRAY_TASK_ID but no SLURM_ARRAY_TASK_COUNT; give --shard I/N.");
  const std::int64_t first = of_array(variables, "SLURM_ARRAY_TASK_MIN").value_or(0);
  const std::int64_t step = of_array(variables, "SLURM_ARRAY_TASK_STEP").value_or(1);
  const std::int64_t place = step > 0 ? (*id - first) / step : -1;
  if (step <= 0 || *id < first || (*id - first) % step != 0 || place >= *count)
    throw UsageError(
        fmt::format("Task {} of an array of {} tasks from {} on in steps of {} cannot be; give --shard I/N.",
                    *id, *count, first, step));
  const auto last = of_array(variables, "SLURM_ARRAY_TASK_MAX");
  if (last && *last != first + (*count - 1) * step)
    throw UsageError(fmt::format(
        "The {} tasks of this array from {} to {} have no even distances, so that it does not say "
        "which shard task {} is; give --shard I/N.",
        *count, first, *last, *id));
  return Shard{.index = place + 1, .count = *count};
}

}  // namespace

ShardChoice shard_of_environment(const runtime::Variables& variables) {
  const auto array = shard_of_array(variables);
  const distributed::Place process = distributed::place(variables);
  const Shard task = array.value_or(Shard{});
  const std::int64_t count = task.count * process.size;
  if (count == 1) return {};
  const std::int64_t index = (task.index - 1) * process.size + process.rank + 1;
  std::string by = task.count > 1 ? "SLURM_ARRAY_TASK_ID" : "";
  if (process.size > 1) by += (by.empty() ? "" : " and ") + process.rank_variable;
  return {.text = fmt::format("{}/{}", index, count), .by = by};
}

}  // namespace tagloom::features
