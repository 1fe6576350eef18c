#pragma once

/// bfloat16, the upper half of a float32: where products of it are fast, and arrays of it from and to float32
/// at the speed of memory.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>
#include <c10/util/BFloat16.h>

#include <cstdint>

namespace tagloom {

/// Whether a device multiplies bfloat16 in hardware: GPUs, and processors with AVX-512 BF16 (those with AMX
/// tiles have these instructions, too).
[[nodiscard]] TAGLOOM_API bool multiplies_bfloat16(at::Device device);

/// Whether our own products in bfloat16 run on the processor's matrix tiles (Intel AMX, on Linux), which sum
/// in float32. Off with TAGLOOM_TILES=0, read once.
[[nodiscard]] TAGLOOM_API bool uses_matrix_tiles();

TAGLOOM_API void widen(const c10::BFloat16* from, float* to, std::int64_t count);

/// To the nearest, ties to even; NaN stays NaN.
TAGLOOM_API void narrow(const float* from, c10::BFloat16* to, std::int64_t count);

}  // namespace tagloom
