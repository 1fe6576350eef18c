#include "drawing/image_file.hpp"

#include <tagloom/base/new_file.hpp>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <span>
#include <vector>

namespace tagloom::drawing {

namespace {

std::vector<unsigned char> encoded(const std::string& kind, const cv::Mat& rgb, int jpeg_quality) {
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  std::vector<unsigned char> bytes;
  cv::imencode(kind, bgr, bytes, {cv::IMWRITE_JPEG_QUALITY, jpeg_quality});
  return bytes;
}

}  // namespace

std::vector<unsigned char> as_jpeg(const cv::Mat& rgb, int quality) {
  return encoded(".jpg", rgb, quality);
}

void write_image(const std::filesystem::path& path, const std::string& kind, const cv::Mat& rgb) {
  // Letters show no fringes.
  constexpr int kQuality = 93;
  const std::vector<unsigned char> bytes = encoded(kind, rgb, kQuality);
  NewFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

}  // namespace tagloom::drawing
