#include "drawing/typeface.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <opencv2/freetype.hpp>
#include <opencv2/imgproc.hpp>

#include <string>
#include <system_error>

namespace tagloom::drawing {
namespace {

constexpr auto kDejaVuSans = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
constexpr int kFilled = -1;

/// By FreeType and HarfBuzz.
class FontFile : public Typeface {
 public:
  explicit FontFile(const std::string& path) : font_(cv::freetype::createFreeType2()) {
    font_->loadFontData(path, 0);
  }

  [[nodiscard]] int width(std::string_view text, int size) const override {
    int unused_baseline = 0;
    return font_->getTextSize(std::string(text), size, kFilled, &unused_baseline).width;
  }

  void draw(cv::Mat& rgb, std::string_view text, cv::Point at, int size, Color color) const override {
    constexpr bool kFromBaseline = true;
    font_->putText(rgb, std::string(text), at, size, color, kFilled, cv::LINE_AA, kFromBaseline);
  }

 private:
  cv::Ptr<cv::freetype::FreeType2> font_;
};

}  // namespace

std::unique_ptr<Typeface> open_typeface(const std::filesystem::path& font) {
  std::error_code ignored;
  const std::filesystem::path file = font.empty() ? std::filesystem::path(kDejaVuSans) : font;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    throw UsageError(
        font.empty() ? fmt::format("There is no font to write tags with: {} is missing; install the package "
                                   "fonts-dejavu-core, or name a font file by --font.",
                                   kDejaVuSans)
                     : fmt::format("--font: {} is no file; give a TrueType or OpenType font.", shown(font)));
  }
  try {
    return std::make_unique<FontFile>(file.string());
  } catch (const cv::Exception&) {
    throw UsageError(
        fmt::format("{} cannot be read as a font; give --font a TrueType or OpenType font.", shown(file)));
  }
}

}  // namespace tagloom::drawing
