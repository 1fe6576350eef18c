#include "drawing/typeface.hpp"

#include <tagloom/base/error.hpp>

#include <opencv2/imgproc.hpp>

#include <string>

namespace tagloom::drawing {
namespace {

/// A Hershey font's capitals are so many pixels high at scale 1; those of a text font are 0.73 of its size.
constexpr double kHersheyCapital = 21;
constexpr double kCapitalOfSize = 0.73;

double scale_of(int size) {
  return size * kCapitalOfSize / kHersheyCapital;
}

/// One question mark a character that is not ASCII, three periods for an ellipsis.
std::string as_ascii(std::string_view text) {
  std::string ascii;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text.substr(i).starts_with("\u2026"))
      ascii += "...";
    else if (byte < 0x80U)
      ascii += text[i];
    else if (byte >= 0xC0U)
      ascii += '?';
  }
  return ascii;
}

class HersheyLetters : public Typeface {
 public:
  [[nodiscard]] int width(std::string_view text, int size) const override {
    int unused_baseline = 0;
    return cv::getTextSize(as_ascii(text), cv::FONT_HERSHEY_SIMPLEX, scale_of(size), 1, &unused_baseline)
        .width;
  }

  void draw(cv::Mat& rgb, std::string_view text, cv::Point at, int size, Color color) const override {
    cv::putText(rgb, as_ascii(text), at, cv::FONT_HERSHEY_SIMPLEX, scale_of(size), color, 1, cv::LINE_AA);
  }
};

}  // namespace

std::unique_ptr<Typeface> open_typeface(const std::filesystem::path& font) {
  if (!font.empty())
    throw UsageError(
        "--font: this build of tagloom draws without font files, since its OpenCV has no freetype module; "
        "leave the "
        "option out.");
  return std::make_unique<HersheyLetters>();
}

}  // namespace tagloom::drawing
