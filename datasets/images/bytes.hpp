#pragma once

/// Numbers in the bytes of a picture's file.

#include <cstddef>
#include <cstdint>
#include <span>

namespace tagloom::datasets {

/// Up to eight bytes, the most significant first.
inline std::uint64_t big_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (const auto byte : bytes)
    value = value << 8U | std::to_integer<std::uint64_t>(byte);
  return value;
}

/// Up to eight bytes, the least significant first.
inline std::uint64_t little_endian(std::span<const std::byte> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i)
    value = value << 8U | std::to_integer<std::uint64_t>(bytes[i - 1]);
  return value;
}

}  // namespace tagloom::datasets
