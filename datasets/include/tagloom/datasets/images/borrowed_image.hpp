#pragma once

/// Pixels that somebody else keeps in memory, as an image.

#include <tagloom/datasets/images/image.hpp>

#include <cstdint>
#include <string_view>

namespace tagloom::datasets {

/// `[height, width, 3]`: 8 bits each of red, green and blue, and `stride` bytes from a row to the next.
struct PixelsInMemory {
  const std::uint8_t* data = nullptr;
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t stride = 0;
};

/// The pixels are neither copied nor changed, and must stay for as long as the image. `name` is what errors
/// call it. Throws DataError for a shape that no picture has.
[[nodiscard]] LoadedImage borrowed_image(const PixelsInMemory& pixels, std::string_view name);

}  // namespace tagloom::datasets
