#pragma once

/// What a picture's file says before any pixel is decoded: enough to refuse one that is too large, and to
/// know how its pixels are meant.

#include <tagloom/datasets/images/image_format.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tagloom::datasets {

/// What a fourth channel is.
enum class Alpha {
  kStraight,
  /// Colours are multiplied by it already.
  kPremultiplied,
  /// Bytes that fill up the pixel.
  kNone,
};

struct PictureHeader {
  std::uint64_t width = 0;
  std::uint64_t height = 0;
  /// As Exif has it, 1 to 8. 1 for TIFF, which its decoder turns.
  int orientation = 1;
  /// The file holds more pictures: an animation, pages.
  bool several = false;
  /// What it is, and what to do, if it cannot be read: the rest of a sentence without its period.
  std::string_view unread = {};
  /// What it is, if it does not come out as it is seen, though it may be taken as it is stored.
  std::string_view unseen = {};
  Alpha alpha = Alpha::kStraight;
  /// The number that is white, if it is not the largest of its 8 or 16 bits.
  std::optional<std::uint64_t> white;

  /// No overflow: both sides of every format have 32 bits at most, or are refused.
  [[nodiscard]] std::uint64_t pixels() const { return width * height; }
};

/// Width and height are 0 if the header is damaged.
[[nodiscard]] PictureHeader picture_header(std::span<const std::byte> bytes, ImageFormat format);

}  // namespace tagloom::datasets
