#pragma once

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <string>

namespace tagloom::drawing {

/// Writes a drawing, whole or not at all; `kind` is the format's usual ending (".png", ".jpg"). Throws
/// DataError if the file cannot be written.
void write_image(const std::filesystem::path& path, const std::string& kind, const cv::Mat& rgb);

}  // namespace tagloom::drawing
