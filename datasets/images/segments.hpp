#pragma once

/// The pieces that JPEG and PNG files are made of, found without decoding anything.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace tagloom::datasets {

/// The markers of a JPEG that matter: those with a segment, which is skipped, because an EXIF thumbnail is a
/// JPEG of its own with markers of its own; and the end of the image. Like decoders, it skips garbage between
/// them.
class JpegMarkers {
 public:
  static constexpr unsigned kEndOfImage = 0xD9;
  static constexpr unsigned kStartOfScan = 0xDA;
  static constexpr unsigned kApp1 = 0xE1;
  static constexpr unsigned kApp2 = 0xE2;

  struct Marker {
    unsigned code = 0;
    /// The bytes of its segment, as far as the file has them.
    std::span<const std::byte> content;

    /// Whether it begins a frame, which is where a picture's size is.
    [[nodiscard]] bool is_frame() const {
      return code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    }
  };

  explicit JpegMarkers(std::span<const std::byte> file) : file_(file) {}
  /// Nothing at the end of the file.
  std::optional<Marker> next();

 private:
  std::span<const std::byte> file_;
  std::size_t at_ = 2;
};

/// The chunks of a PNG.
class PngChunks {
 public:
  struct Chunk {
    std::string_view type;
    std::span<const std::byte> content;
  };

  explicit PngChunks(std::span<const std::byte> file) : file_(file) {}
  /// Nothing at the end of the file, or where it is cut.
  std::optional<Chunk> next();

 private:
  std::span<const std::byte> file_;
  /// Behind the signature.
  std::size_t at_ = 8;
};

}  // namespace tagloom::datasets
