#pragma once

/// Whether this thread's operations are being recorded, as `tagloom export --torchscript` does. LibTorch's
/// tracer sees LibTorch's own operations alone: numbers that a loop of ours writes into a tensor would be
/// missing from what it records. Whoever has such a loop asks here, and computes the same with LibTorch's
/// operations while the answer is yes.

#include <tagloom/base/export.hpp>

namespace tagloom {

[[nodiscard]] TAGLOOM_API bool is_recorded();

}  // namespace tagloom
