#pragma once

/// Exif in a PNG of before 2017, when the format had no place for it: ImageMagick and ExifTool write it in
/// hexadecimal into a text of the name "Raw profile type exif" (or APP1), packed or not.

#include "images/segments.hpp"

#include <cstddef>
#include <vector>

namespace tagloom::datasets {

/// The block of Exif in a chunk tEXt or zTXt; empty if there is none, or it is damaged.
[[nodiscard]] std::vector<std::byte> exif_of_text(const PngChunks::Chunk& chunk);

}  // namespace tagloom::datasets
