#pragma once

/// Picture files made in memory, with what OpenCV does not write.

#include <opencv2/imgcodecs.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

using Bytes = std::vector<std::byte>;

inline void append(Bytes& bytes, std::string_view text) {
  for (const char c : text)
    bytes.push_back(static_cast<std::byte>(c));
}

inline void append_big_endian(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<std::byte>(value >> static_cast<unsigned>(shift)));
}

/// A picture with detail everywhere, so that compressed data fills the file to its end. Blue, green, red.
inline cv::Mat picture(int type = CV_8UC3, cv::Size size = {64, 48}) {
  cv::Mat image(size, type);
  for (int row = 0; row < image.rows; ++row)
    for (std::size_t byte = 0; byte < static_cast<std::size_t>(image.cols) * image.elemSize(); ++byte)
      image.ptr(row)[byte] =
          static_cast<unsigned char>((static_cast<std::size_t>(row) * 37 + byte * 11) % 256);
  return image;
}

/// OpenCV may have been built without JPEG 2000.
inline bool can_encode(const std::string& extension) {
  return cv::haveImageWriter("picture" + extension);
}

inline Bytes encode(const std::string& extension, const cv::Mat& image,
                    const std::vector<int>& options = {}) {
  std::vector<unsigned char> bytes;
  cv::imencode(extension, image, bytes, options);
  Bytes result;
  for (const auto byte : bytes)
    result.push_back(std::byte{byte});
  return result;
}

inline Bytes prefix(const Bytes& bytes, std::size_t length) {
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)};
}

inline Bytes inserted(Bytes bytes, std::size_t at, const Bytes& more) {
  bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
  return bytes;
}

/// Inserts an EXIF segment after the JPEG's first marker, with the given content.
inline Bytes with_exif(const Bytes& jpeg, const std::vector<unsigned char>& content) {
  Bytes segment = {std::byte{0xFF}, std::byte{0xE1}, std::byte{0},
                   static_cast<std::byte>(content.size() + 8)};
  append(segment, std::string_view("Exif\0\0", 6));
  for (const unsigned char byte : content)
    segment.push_back(std::byte{byte});
  return inserted(jpeg, 2, segment);
}

/// A TIFF directory of one entry: tag 0x0112, a short. Of either byte order.
inline std::vector<unsigned char> orientation_block(unsigned char orientation, bool big_endian = false) {
  if (big_endian)
    return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0};
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0};
}

/// A PNG chunk with its checksum.
inline Bytes png_chunk(std::string_view type, std::string_view content) {
  Bytes body;
  append(body, type);
  append(body, content);
  std::uint32_t crc = 0xFFFFFFFF;
  for (const std::byte byte : body) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  Bytes chunk;
  append_big_endian(chunk, static_cast<std::uint32_t>(content.size()));
  chunk.insert(chunk.end(), body.begin(), body.end());
  append_big_endian(chunk, crc ^ 0xFFFFFFFF);
  return chunk;
}

/// Behind the signature and the header.
inline constexpr std::size_t kBehindPngHeader = 33;

/// A JPEG whose scan was changed in the middle; all its markers are whole.
inline Bytes with_damaged_scan(Bytes jpeg) {
  const std::byte kMarker{0xFF};
  for (std::size_t i = jpeg.size() / 2; i < jpeg.size() / 2 + jpeg.size() / 8; ++i)
    if (jpeg[i] != kMarker && jpeg[i - 1] != kMarker && (jpeg[i] ^ std::byte{0x55}) != kMarker)
      jpeg[i] ^= std::byte{0x55};
  return jpeg;
}

}  // namespace tagloom::datasets
