#pragma once

/// The decoders, one a source file. Each is quiet: what its library has to say is in the result or in the
/// error, never on the terminal. All throw Undecodable where there is no picture, std::bad_alloc or
/// OpenCV's "Insufficient memory" where memory runs out, and Interrupted (base/interrupt.hpp) soon after a
/// stop is asked for.

#include "images/picture_header.hpp"

#include <tagloom/base/error.hpp>

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tagloom::datasets {

/// In the library's words; the caller knows the file's name.
class Undecodable : public DataError {
 public:
  using DataError::DataError;
};

struct Pixels {
  /// 8 or 16 bits, three channels (red, green, blue) or four (alpha behind them).
  cv::Mat pixels;
  /// What the decoder complained of, in its words: part of the picture is not as it was. Empty otherwise.
  std::string damage;
};

/// Which bits are kept of pixels that have more than three times 8.
enum class Kept {
  /// Alpha and all 16 bits, or these rounded to 8.
  all,
  /// No alpha, and the upper 8 bits.
  upper_rgb,
};

/// By libjpeg. Four inks become red, green and blue as OpenCV mixes them. At a reduced scale if that leaves
/// both sides `sufficient_side` long; not if that is 0.
[[nodiscard]] Pixels decode_jpeg(std::span<const std::byte> bytes, const PictureHeader& header,
                                 std::int64_t sufficient_side = 0);
/// By libpng. Colour profiles and gamma are not looked at.
[[nodiscard]] Pixels decode_png(std::span<const std::byte> bytes, const PictureHeader& header, Kept kept);
/// By libwebp.
[[nodiscard]] Pixels decode_webp(std::span<const std::byte> bytes, const PictureHeader& header, Kept kept);
/// Has libtiff decode it piece by piece for what it says of damage, which OpenCV decodes over in silence.
void check_tiff(std::span<const std::byte> bytes, const PictureHeader& header);
/// By OpenCV: TIFF, BMP, JPEG 2000 and PNM.
[[nodiscard]] Pixels decode_other(std::span<const std::byte> bytes, ImageFormat format, Kept kept);

}  // namespace tagloom::datasets
