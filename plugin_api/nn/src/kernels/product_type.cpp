#include "kernels/product_times.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace tagloom {
namespace {

constexpr const char* kVariable = "TAGLOOM_PRECISION";

std::optional<at::ScalarType> type_in_environment() {
  const char* value = std::getenv(kVariable);
  const std::string_view word = value == nullptr ? "" : value;
  if (word.empty() || word == "auto") return std::nullopt;
  if (word == "float32") return at::kFloat;
  if (word == "bfloat16") return at::kBFloat16;
  throw UsageError(
      fmt::format("{} is \"{}\"; it must be float32, bfloat16 or auto.", kVariable, shown(word)));
}

at::ScalarType faster(ProductTimes times) {
  constexpr double kWorthIt = 1.2;
  return times.float32 >= kWorthIt * times.bfloat16 ? at::kBFloat16 : at::kFloat;
}

/// A GPU is measured by every process: it takes a few milliseconds there.
ProductChoice measured(at::Device device, Work work) {
  const RememberedTimes remembered(device.is_cpu() ? usual_file_of_times() : std::filesystem::path());
  const bool remembers = !remembered.file().empty();
  if (const auto found = remembers ? remembered.find(machine(), work) : std::nullopt)
    return {faster(*found), *found, "remembered in " + shown(remembered.file())};
  const ProductTimes times = measure(device, work);
  const bool kept = remembers && remembered.add(machine(), work, times);
  return {faster(times), times,
          kept ? "measured now, and remembered in " + shown(remembered.file()) : "measured now"};
}

}  // namespace

ProductChoice product_choice(at::Device device, Work work) {
  if (const auto type = type_in_environment()) return {*type, {}, fmt::format("set by {}", kVariable)};
  if (!multiplies_bfloat16(device)) return {at::kFloat, {}, "no bfloat16 in hardware"};
  // A process keeps to its first answer.
  static std::mutex mutex;
  static std::map<std::pair<std::string, Work>, ProductChoice> choices;
  const std::lock_guard lock(mutex);
  const std::pair key{device.str(), work};
  auto choice = choices.find(key);
  if (choice == choices.end()) choice = choices.emplace(key, measured(device, work)).first;
  return choice->second;
}

}  // namespace tagloom
