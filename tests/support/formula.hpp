#pragma once

/// Tensors made from a formula, so that golden tests need no stored weights: `u(name, i)` in [-1, 1) from
/// splitmix64 of FNV-1a(name) + i, counted in C order.

#include <ATen/ATen.h>

#include <cstdint>
#include <string_view>

namespace tagloom::testing {

/// The 64-bit FNV-1a hash of the text.
std::uint64_t fnv1a(std::string_view text);

double formula_value(std::string_view name, std::uint64_t index);

/// float32, contiguous.
at::Tensor formula_tensor(std::string_view name, at::IntArrayRef shape);

/// The product of all dimensions but the first.
double fan_in(at::IntArrayRef shape);

}  // namespace tagloom::testing
