#pragma once

/// The devices of a command that computes on several at once.

#include "runtime/device.hpp"

#include <c10/core/Device.h>

#include <string>
#include <vector>

namespace tagloom::runtime {

/// Separated by commas: cpu, cuda:N, cuda:A-B, and N or A-B for short. One that is named twice is there
/// twice. Throws UsageError for anything else, and for a GPU that LibTorch does not see.
std::vector<c10::Device> devices_named(const std::string& list);
/// The same on a machine with these GPUs.
std::vector<c10::Device> devices_named(const std::string& list, Gpus gpus);

}  // namespace tagloom::runtime
