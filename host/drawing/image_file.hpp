#pragma once

#include <opencv2/core/mat.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::drawing {

/// Writes a drawing, whole or not at all; `kind` is the format's usual ending (".png", ".jpg"). Throws
/// DataError if the file cannot be written.
void write_image(const std::filesystem::path& path, const std::string& kind, const cv::Mat& rgb);

/// The bytes of a JPEG; `quality` is from 0 to 100.
[[nodiscard]] std::vector<unsigned char> as_jpeg(const cv::Mat& rgb, int quality);

}  // namespace tagloom::drawing
