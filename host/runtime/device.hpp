#pragma once

/// Which device a command computes on.

#include "runtime/precision.hpp"

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <string>

namespace tagloom::runtime {

/// The GPUs that LibTorch sees.
struct Gpus {
  int count = 0;
  /// Whether CUDA_VISIBLE_DEVICES, not the machine, says how many there are.
  bool chosen = false;
  /// Whether this LibTorch is one with CUDA.
  bool supported = true;
};

[[nodiscard]] Gpus gpus_here();

/// The device that `name` ("auto", "cpu", "cuda", "cuda:1") means here; "auto" is CUDA where LibTorch sees a
/// device; without a number it is that of `local_rank`, the process among those of this machine, or the only
/// one that a launcher lets this process see. Throws UsageError if there is none of that name.
c10::Device device_named(const std::string& name, int local_rank = 0);
/// The same on a machine with these GPUs.
c10::Device device_named(const std::string& name, int local_rank, Gpus gpus);

/// The type of matrix products that `precision` means on a device.
c10::ScalarType product_type(Precision precision, c10::Device device);

/// What stands against CUDA graphs on this device and in this build; empty if nothing does.
[[nodiscard]] std::string why_no_cuda_graphs(c10::Device device);

/// Lets a GPU compute what stays float32 with TF32's ten bits of mantissa, in all of this process; for
/// training in bfloat16, which has seven.
void allow_tf32();

}  // namespace tagloom::runtime
