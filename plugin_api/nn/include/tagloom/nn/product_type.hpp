#pragma once

/// Whether products run faster in float32 or in bfloat16 on this machine: measured, since the processor's
/// flag does not tell. Without matrix tiles bfloat16 may run at half the rate of float32.

#include <tagloom/base/export.hpp>

#include <ATen/core/Tensor.h>

#include <array>
#include <string>

namespace tagloom {

/// What is multiplied: a decoder's batch of rows by a large weight, with the gradients, or an encoder's
/// images by the weights of convolutions.
enum class Work { rows, images };
inline constexpr std::array kAllWork = {Work::rows, Work::images};

/// The milliseconds that the same work took.
struct ProductTimes {
  double float32 = 0;
  double bfloat16 = 0;
};

/// Why a type was chosen.
struct ProductChoice {
  at::ScalarType type = at::kFloat;
  /// Nothing measured: TAGLOOM_PRECISION says the type, or no bfloat16 is multiplied here.
  ProductTimes times;
  /// For people: "measured", "remembered in FILE", "set by TAGLOOM_PRECISION", ...
  std::string origin;
};

/// bfloat16 where it is faster by a fifth, for what it costs in accuracy; else float32. Measured at the first
/// ask, in less than 100 ms, and remembered for this machine and its number of threads in
/// `$XDG_CACHE_HOME/tagloom/products.json` (`~/.cache` where that is not set), if it can be written. Throws
/// UsageError if TAGLOOM_PRECISION, which goes first, is neither float32, bfloat16 nor auto.
[[nodiscard]] TAGLOOM_API ProductChoice product_choice(at::Device device, Work work);

}  // namespace tagloom
