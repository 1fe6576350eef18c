#include "images/complete.hpp"

#include "images/segments.hpp"
#include "images/tiff_directory.hpp"

#include <tagloom/datasets/images/image_format.hpp>

namespace tagloom::datasets {
namespace {

Completeness jpeg_completeness(std::span<const std::byte> bytes) {
  bool scan_seen = false;
  JpegMarkers markers(bytes);
  while (const auto marker = markers.next()) {
    if (marker->code == JpegMarkers::kStartOfScan) scan_seen = true;
    if (marker->code == JpegMarkers::kEndOfImage)
      return scan_seen ? Completeness::kWhole : Completeness::kCutShort;
  }
  return Completeness::kCutShort;
}

Completeness png_completeness(std::span<const std::byte> bytes) {
  PngChunks chunks(bytes);
  while (const auto chunk = chunks.next())
    if (chunk->type == "IEND") return Completeness::kWhole;
  return Completeness::kCutShort;
}

/// Its decoder has to find out about the pixels.
Completeness tiff_completeness(std::span<const std::byte> bytes) {
  return TiffDirectory(bytes).is_cut() ? Completeness::kCutShort : Completeness::kUnknown;
}

}  // namespace

Completeness completeness(std::span<const std::byte> bytes) {
  switch (image_format(bytes)) {
    case ImageFormat::jpeg:
      return jpeg_completeness(bytes);
    case ImageFormat::png:
      return png_completeness(bytes);
    case ImageFormat::tiff:
      return tiff_completeness(bytes);
    default:
      return Completeness::kUnknown;
  }
}

}  // namespace tagloom::datasets
