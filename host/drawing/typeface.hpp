#pragma once

/// Letters on a drawing. Text is UTF-8 in one line; what a font has no glyph for comes out as an empty box.

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <memory>
#include <string_view>

namespace tagloom::drawing {

/// Red, green, blue.
using Color = cv::Vec3b;

/// Not safe to use from two threads at once.
class Typeface {
 public:
  virtual ~Typeface() = default;
  /// Pixels that the text takes in a line. `size` is the font's, in pixels.
  [[nodiscard]] virtual int width(std::string_view text, int size) const = 0;
  /// The text's baseline begins at `at`; what leaves the canvas is not drawn.
  virtual void draw(cv::Mat& rgb, std::string_view text, cv::Point at, int size, Color color) const = 0;
};

/// That of a font file (TrueType or OpenType), or without one DejaVu Sans as Debian's fonts-dejavu-core
/// installs it. Builds whose OpenCV lacks the freetype module have OpenCV's own letters instead: ASCII only,
/// a question mark for any other character, and no other font. Throws UsageError if the font is missing or
/// cannot be used.
[[nodiscard]] std::unique_ptr<Typeface> open_typeface(const std::filesystem::path& font);

}  // namespace tagloom::drawing
