#pragma once

/// What a file is, by its first bytes: names lie, and many have no extension.

#include <cstddef>
#include <span>
#include <string_view>

namespace tagloom::datasets {

enum class ImageFormat {
  /// Nothing that is known as a picture.
  none,
  jpeg,
  png,
  webp,
  tiff,
  bmp,
  jpeg2000,
  /// PBM, PGM and PPM, as text or binary.
  pnm,
  // Pictures that are known, to be named, but not read.
  gif,
  avif,
  heif,
  jpeg_xl,
  photoshop,
  openexr,
};

/// As many bytes as `image_format` wants to see of a file that has them.
inline constexpr std::size_t kFormatBytes = 18;

[[nodiscard]] ImageFormat image_format(std::span<const std::byte> beginning);

/// "JPEG", "JPEG 2000".
[[nodiscard]] std::string_view to_text(ImageFormat format);

/// Whether pictures of this format are decoded; JPEG 2000 and PNM by an OpenCV that was built with them.
[[nodiscard]] bool is_read(ImageFormat format);

}  // namespace tagloom::datasets
