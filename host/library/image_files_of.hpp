#pragma once

#include "features/image_files.hpp"

#include <tagloom/annotator.hpp>

#include <vector>

namespace tagloom::library {

/// The images as the host reads pictures, each named by its index. Those in memory are borrowed.
[[nodiscard]] std::vector<features::ImageFile> image_files_of(const std::vector<Image>& images);

}  // namespace tagloom::library
