#include "runtime/devices.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace tagloom::runtime {
namespace {

struct Range {
  int first = 0;
  int last = 0;
};

/// All of the text, in digits alone.
std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || text.front() == '-' || read != end || error != std::errc()) return std::nullopt;
  return number;
}

/// "3" or "0-7".
std::optional<Range> range_of(std::string_view text) {
  const auto dash = text.find('-');
  const auto first = number_of(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_of(text.substr(dash + 1));
  if (!first || !last || *first > *last) return std::nullopt;
  return Range{*first, *last};
}

std::string gpus_text(Gpus gpus) {
  if (gpus.count == 0) return "this LibTorch sees no CUDA device; give cpu.";
  return fmt::format("LibTorch sees {} here{}; give 0{}.", counted(gpus.count, "GPU"),
                     gpus.chosen ? " (CUDA_VISIBLE_DEVICES)" : "",
                     gpus.count == 1 ? "" : fmt::format("-{}", gpus.count - 1));
}

void add_named(std::string_view name, const std::string& list, Gpus gpus, std::vector<c10::Device>& devices) {
  constexpr std::string_view kOfCuda = "cuda:";
  if (name == "cpu") {
    devices.emplace_back(c10::kCPU);
    return;
  }
  const auto range = range_of(name.starts_with(kOfCuda) ? name.substr(kOfCuda.size()) : name);
  if (!range)
    throw UsageError(
        fmt::format("--devices {}: \"{}\" is no device; give devices like cuda:0,cuda:1 or 0-7, "
                    "or cpu.",
                    shown(list), shown(name)));
  if (range->last >= gpus.count)
    throw UsageError(
        fmt::format("--devices {} asks for cuda:{}, but {}", shown(list), range->last, gpus_text(gpus)));
  for (int index = range->first; index <= range->last; ++index)
    devices.emplace_back(c10::kCUDA, static_cast<c10::DeviceIndex>(index));
}

}  // namespace

std::vector<c10::Device> devices_named(const std::string& list) {
  return devices_named(list, gpus_here());
}

std::vector<c10::Device> devices_named(const std::string& list, Gpus gpus) {
  std::vector<c10::Device> devices;
  std::string_view rest = list;
  while (true) {
    const auto end = std::min(rest.find(','), rest.size());
    add_named(rest.substr(0, end), list, gpus, devices);
    if (end == rest.size()) return devices;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace tagloom::runtime
