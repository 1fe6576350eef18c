#pragma once

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace tagloom::result_page {

/// RFC 4648.
[[nodiscard]] std::string base64(std::span<const std::byte> bytes);

/// A picture (red green blue) as a JPEG that stands in the page itself.
[[nodiscard]] std::string data_uri(const cv::Mat& rgb);

}  // namespace tagloom::result_page
