#pragma once

/// Arrays of bfloat16, the upper half of a float32, from and to float32 at the speed of memory.

#include <tagloom/export.hpp>

#include <c10/util/BFloat16.h>

#include <cstdint>

namespace tagloom {

TAGLOOM_API void widen(const c10::BFloat16* from, float* to, std::int64_t count);

/// To the nearest, ties to even; NaN stays NaN.
TAGLOOM_API void narrow(const float* from, c10::BFloat16* to, std::int64_t count);

}  // namespace tagloom
