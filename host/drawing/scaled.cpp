#include "drawing/scaled.hpp"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::drawing {

cv::Size fitted(cv::Size picture, cv::Size box) {
  const double scale = std::min(static_cast<double>(box.width) / picture.width,
                                static_cast<double>(box.height) / picture.height);
  return {std::clamp(static_cast<int>(std::lround(picture.width * scale)), 1, box.width),
          std::clamp(static_cast<int>(std::lround(picture.height * scale)), 1, box.height)};
}

cv::Mat scaled(const cv::Mat& rgb, cv::Size size) {
  const bool grows = size.width > rgb.cols && size.height > rgb.rows;
  cv::Mat result;
  cv::resize(rgb, result, size, 0, 0, grows ? cv::INTER_CUBIC : cv::INTER_AREA);
  return result;
}

}  // namespace tagloom::drawing
