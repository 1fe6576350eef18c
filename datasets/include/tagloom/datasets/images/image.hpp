#pragma once

/// Images from disk as RGB, read once for both pixels and content hash. JPEG (libjpeg), PNG (libpng), WebP
/// (libwebp), and what OpenCV reads of TIFF (after libtiff looked for damage), BMP, JPEG 2000 and PNM; told
/// apart by content. A file that is damaged or cut short is refused, in the decoder's words, because decoders
/// fill what is missing with grey; so is one that would come out in other colours than it has, and one with
/// more pixels than are allowed, before any of them is decoded. All functions may be called from several
/// threads at once.

#include <tagloom/datasets/images/memory_budget.hpp>

#include <opencv2/core/mat.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

struct DecodeOptions {
  /// Pillow's limit: 0.5 GB of pixels.
  std::int64_t max_pixels = 178'956'970;
  /// Take a JPEG that is damaged or cut short as it comes out.
  bool accept_damaged = false;
  /// Pixels as they are stored, which is how they were taken before cache format 4: not turned as Exif says,
  /// alpha dropped, the upper 8 bits of 16. Otherwise as they are seen: turned, on white, rounded to 8 bits.
  bool as_stored = false;
  /// Where not 0, a JPEG comes out at the smallest of a half, a quarter and an eighth of its size that leaves
  /// both its sides at least so long, and as it is if none does. Many times faster, and other pixels.
  std::int64_t sufficient_side = 0;
  /// What all that decode at once take their memory from; none is no bound.
  MemoryBudget* budget = nullptr;
};

/// Pixels are 8-bit, three channels, in the order red, green, blue; greyscale is repeated in all three.
struct DecodedImage {
  cv::Mat rgb;
  /// What the decoder complained of, if that was accepted.
  std::string damage;
  /// The file holds more pictures (an animation, pages), of which this is the first.
  bool first_of_several = false;
  /// Holds what the pixels take and what decoding took.
  MemoryBudget::Lease memory;
};

struct LoadedImage : DecodedImage {
  /// The hash of the file's bytes, by tagloom::Hasher.
  std::string hash;
};

/// Decodes a file that is in memory; `name` is what errors call it. Throws DataError if the bytes are empty,
/// are no image of a format that is read, are damaged or end too early, or hold too many pixels, and
/// std::bad_alloc where there is no memory for them, which is no fault of the file.
[[nodiscard]] DecodedImage decode_image(std::span<const std::byte> bytes, std::string_view name,
                                        const DecodeOptions& options = {});

/// Throws what `decode_image` would before it decodes: for a file whose kind, header, completeness or size
/// refuse it.
void check_image(std::span<const std::byte> bytes, std::string_view name, const DecodeOptions& options = {});

/// The pixels of `load_image`.
[[nodiscard]] cv::Mat read_image(const std::filesystem::path& path);

/// The bytes of a file. Throws DataError if it cannot be read or is larger than 2 GiB, which no image is.
[[nodiscard]] std::vector<std::byte> image_bytes(const std::filesystem::path& path);

/// Decodes a file that is in memory, and hashes it.
[[nodiscard]] LoadedImage load_image(std::span<const std::byte> bytes, std::string_view name,
                                     const DecodeOptions& options = {});

/// Reads and decodes a file, and hashes its content.
[[nodiscard]] LoadedImage load_image(const std::filesystem::path& path, const DecodeOptions& options = {});

}  // namespace tagloom::datasets
