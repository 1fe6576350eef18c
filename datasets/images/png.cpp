#include "images/codecs.hpp"

#include <tagloom/base/interrupt.hpp>

#include <cstring>
#include <new>
#include <png.h>
#include <string_view>

namespace tagloom::datasets {
namespace {

/// libpng's complaints that are no errors concern what is not looked at here, such as colour profiles; but
/// for one, that all pixels came and do not match their checksum.
void judge(png_structp png, png_const_charp message) {
  if (std::string_view(message) == "IDAT: incorrect data check") png_error(png, message);
}

class PngDecoder {
 public:
  explicit PngDecoder(std::span<const std::byte> bytes) : rest_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, fail, judge);
    info_ = png_ != nullptr ? png_create_info_struct(png_) : nullptr;
    if (info_ == nullptr) {
      png_destroy_read_struct(&png_, nullptr, nullptr);
      throw std::bad_alloc();
    }
    png_set_read_fn(png_, this, read);
  }
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;

  /// Throws if it is none of `pixels` pixels.
  cv::Mat decode(std::uint64_t pixels, Kept kept) {
    int passes = 1;
    guarded([&] {
      png_read_info(png_, info_);
      png_set_expand(png_);
      png_set_gray_to_rgb(png_);
      if (kept == Kept::all) png_set_scale_16(png_);
      if (kept == Kept::upper_rgb) {
        png_set_strip_16(png_);
        png_set_strip_alpha(png_);
      }
      passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
    });
    const auto height = png_get_image_height(png_, info_);
    const auto width = png_get_image_width(png_, info_);
    if (std::uint64_t{width} * height != pixels) throw Undecodable("Its header contradicts itself");
    cv::Mat image(static_cast<int>(height), static_cast<int>(width), CV_8UC(png_get_channels(png_, info_)));
    for (int pass = 0; pass < passes; ++pass)
      for (int y = 0; y < image.rows; ++y) {
        if (y % 64 == 0) throw_if_stop_requested();
        guarded([&] { png_read_row(png_, image.ptr(y), nullptr); });
      }
    guarded([&] { png_read_end(png_, nullptr); });
    return image;
  }

 private:
  static void fail(png_structp png, png_const_charp message) {
    std::strncpy(static_cast<PngDecoder*>(png_get_error_ptr(png))->error_, message, sizeof error_ - 1);
    png_longjmp(png, 1);
  }

  static void read(png_structp png, png_bytep target, std::size_t length) {
    auto& rest = static_cast<PngDecoder*>(png_get_io_ptr(png))->rest_;
    if (length > rest.size()) png_error(png, "The file ends early");
    std::memcpy(target, rest.data(), length);
    rest = rest.subspan(length);
  }

  /// An error in `step` jumps over its frames, which own nothing.
  template <class Step>
  void guarded(const Step& step) {
    if (setjmp(png_jmpbuf(png_)) != 0) {
      if (std::string_view(error_) == "Out of memory") throw std::bad_alloc();
      throw Undecodable(error_);
    }
    step();
  }

  std::span<const std::byte> rest_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char error_[128] = {};
};

}  // namespace

Pixels decode_png(std::span<const std::byte> bytes, const PictureHeader& header, Kept kept) {
  return {PngDecoder(bytes).decode(header.pixels(), kept), ""};
}

}  // namespace tagloom::datasets
