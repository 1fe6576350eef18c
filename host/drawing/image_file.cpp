#include "drawing/image_file.hpp"

#include <tagloom/base/new_file.hpp>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <span>
#include <vector>

namespace tagloom::drawing {

void write_image(const std::filesystem::path& path, const std::string& kind, const cv::Mat& rgb) {
  // Letters show no fringes; for JPEG alone.
  const std::vector<int> quality = {cv::IMWRITE_JPEG_QUALITY, 93};
  cv::Mat bgr;
  cv::cvtColor(rgb, bgr, cv::COLOR_RGB2BGR);
  std::vector<unsigned char> bytes;
  cv::imencode(kind, bgr, bytes, quality);
  NewFile file(path);
  file.write(std::as_bytes(std::span(bytes)));
  file.commit();
}

}  // namespace tagloom::drawing
