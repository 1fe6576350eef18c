#include "result_page/data_uri.hpp"

#include "drawing/image_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace tagloom::result_page {

std::string base64(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t j = i; j < i + 3; ++j)
      three = three << 8U | (j < bytes.size() ? std::to_integer<std::uint32_t>(bytes[j]) : 0U);
    for (std::size_t digit = 0; digit < 4; ++digit)
      text += digit <= bytes.size() - i ? kDigits[three >> (18 - 6 * digit) & 63U] : '=';
  }
  return text;
}

std::string data_uri(const cv::Mat& rgb) {
  constexpr int kQuality = 82;
  const std::vector<unsigned char> bytes = drawing::as_jpeg(rgb, kQuality);
  return "data:image/jpeg;base64," + base64(std::as_bytes(std::span(bytes)));
}

}  // namespace tagloom::result_page
