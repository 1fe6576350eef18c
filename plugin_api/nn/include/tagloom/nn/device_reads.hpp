#pragma once

/// Whether the work at hand reads back what a device computed, or copies between it and the host: then the
/// host waits for the device, and what it does next may depend on what it read, so that it cannot be recorded
/// (recorder.hpp).

#include <tagloom/base/export.hpp>

#include <ATen/record_function.h>

#include <string>

namespace tagloom {

/// While it lives, listens to LibTorch's operations in this thread; one inside another hears for both. A
/// debug build hears nothing, for want of a member that LibTorch's header looks at.
class TAGLOOM_API DeviceReads {
 public:
  DeviceReads();
  ~DeviceReads();
  DeviceReads(const DeviceReads&) = delete;
  DeviceReads& operator=(const DeviceReads&) = delete;

  /// The first such operation, as LibTorch names it; empty without.
  [[nodiscard]] const std::string& first() const { return first_; }

 private:
  std::string first_;
  std::string* outer_;
  at::CallbackHandle handle_;
};

}  // namespace tagloom
