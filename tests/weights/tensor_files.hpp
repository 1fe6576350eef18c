#pragma once

/// What the tests of weight files share.

#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <ATen/ATen.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace tagloom::testing {

inline std::map<std::string, at::Tensor> by_name(const NamedTensors& tensors) {
  return {tensors.begin(), tensors.end()};
}

/// 0, 1, 2, ... in row-major order.
inline at::Tensor counted(at::IntArrayRef shape, at::ScalarType type = at::kFloat) {
  std::int64_t count = 1;
  for (const std::int64_t side : shape)
    count *= side;
  return at::arange(count, at::kFloat).reshape(shape).to(type);
}

/// The sentence with which something was refused.
template <typename Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const DataError& error) {
    return error.what();
  }
  return "not refused";
}

/// A safetensors file of this header, whose data are zeros.
inline void write_header(const std::filesystem::path& path, const std::string& header,
                         std::size_t data_bytes) {
  std::string text(8, '\0');
  for (std::size_t i = 0; i < 8; ++i)
    text[i] = static_cast<char>(header.size() >> (8 * i) & 0xff);
  write_text(path, text + header + std::string(data_bytes, '\0'));
}

}  // namespace tagloom::testing
