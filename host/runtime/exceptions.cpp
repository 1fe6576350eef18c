#include "runtime/exceptions.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <string_view>

namespace tagloom::runtime {

namespace {

/// A plugin may throw megabytes, which nobody reads.
constexpr std::size_t kMostCauses = std::size_t{64} << 10;

std::string all_causes(const std::exception& error) {
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    const bool own = dynamic_cast<const Error*>(&nested) != nullptr;
    return (own ? std::string() : std::string(nested.what()) + "\n") + all_causes(nested);
  } catch (...) {
    return "what is no std::exception\n";
  }
  return "";
}

}  // namespace

std::string reason(const std::exception& error) {
  const std::string line = brief_what(error);
  const auto end = line.find("] ");
  return line.starts_with('[') && end != std::string::npos ? line.substr(end + 2) : line;
}

bool ran_out_of_memory(const std::exception& error) {
  constexpr std::array<std::string_view, 4> kWords = {"can't allocate memory", "out of memory",
                                                      "ALLOC_FAILED", "Insufficient memory"};
  const std::string line = brief_what(error);
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         std::ranges::any_of(
             kWords, [&](std::string_view words) { return line.find(words) != std::string_view::npos; });
}

bool gpu_failed(const std::exception& error) {
  constexpr std::array<std::string_view, 4> kWords = {"CUDA error", "CUDA driver error", "cuDNN error",
                                                      "CUBLAS_STATUS_"};
  const std::string line = brief_what(error);
  const bool says_so = std::ranges::any_of(
      kWords, [&](std::string_view words) { return line.find(words) != std::string_view::npos; });
  if (says_so && !ran_out_of_memory(error)) return true;
  try {
    std::rethrow_if_nested(error);
  } catch (const std::exception& nested) {
    return gpu_failed(nested);
  } catch (...) {
    return false;
  }
  return false;
}

std::string gpu_failure(const std::string& where, const std::exception& error) {
  return fmt::format(
      "The GPU failed {}: {} See `nvidia-smi` and the kernel's log for the cause; this process can "
      "use it no longer, a new one may.",
      where, as_sentence(reason(error)));
}

std::string causes(const std::exception& error) {
  std::string all = all_causes(error);
  if (all.size() > kMostCauses) all.replace(kMostCauses, std::string::npos, "...\n");
  return all;
}

}  // namespace tagloom::runtime
