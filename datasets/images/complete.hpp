#pragma once

/// Whether an image file is all there, told from its structure without decoding it.

#include <cstddef>
#include <span>

namespace tagloom::datasets {

enum class Completeness {
  kWhole,
  kCutShort,
  /// Neither JPEG nor PNG, nor a TIFF without its directory: its decoder has to find out.
  kUnknown,
};

[[nodiscard]] Completeness completeness(std::span<const std::byte> bytes);

}  // namespace tagloom::datasets
