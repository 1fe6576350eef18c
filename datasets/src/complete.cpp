#include "complete.hpp"

#include "bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tagloom::datasets {
namespace {

constexpr std::size_t kPngSignature = 8;

/// Walks the markers to the end-of-image marker. Segments are skipped by their length, because an EXIF
/// thumbnail is a JPEG of its own with an end marker of its own.
Completeness jpeg_completeness(std::span<const std::byte> bytes) {
  bool scan_seen = false;
  std::size_t at = 2;
  while (at + 1 < bytes.size()) {
    if (bytes[at] != std::byte{0xFF}) {
      // Outside the compressed data this is garbage that decoders skip; inside it is the picture.
      ++at;
      continue;
    }
    const auto marker = std::to_integer<unsigned>(bytes[at + 1]);
    if (marker == 0xFF) {  // a fill byte
      ++at;
    } else if (marker == 0xD9) {
      return scan_seen ? Completeness::kWhole : Completeness::kCutShort;
    } else if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {  // no length follows
      at += 2;
    } else {
      if (at + 4 > bytes.size()) return Completeness::kCutShort;
      scan_seen = scan_seen || marker == 0xDA;
      at += 2 + std::max<std::size_t>(2, big_endian(bytes.subspan(at + 2, 2)));
    }
  }
  return Completeness::kCutShort;
}

Completeness png_completeness(std::span<const std::byte> bytes) {
  std::size_t at = kPngSignature;
  while (bytes.size() - at >= 12) {  // length, type and checksum of an empty chunk
    const auto length = big_endian(bytes.subspan(at, 4));
    if (length > bytes.size() - at - 12) return Completeness::kCutShort;
    if (std::memcmp(bytes.data() + at + 4, "IEND", 4) == 0) return Completeness::kWhole;
    at += 12 + length;
  }
  return Completeness::kCutShort;
}

}  // namespace

Completeness completeness(std::span<const std::byte> bytes) {
  constexpr std::array<unsigned char, 3> kJpeg = {0xFF, 0xD8, 0xFF};
  constexpr std::array<unsigned char, kPngSignature> kPng = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
  const auto starts_with = [&](const auto& signature) {
    return bytes.size() >= signature.size() &&
           std::memcmp(bytes.data(), signature.data(), signature.size()) == 0;
  };
  if (starts_with(kJpeg)) return jpeg_completeness(bytes);
  if (starts_with(kPng)) return png_completeness(bytes);
  return Completeness::kUnknown;
}

}  // namespace tagloom::datasets
