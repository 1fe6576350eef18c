#pragma once

#include "dataset_report/report.hpp"
#include "drawing/typeface.hpp"

#include <opencv2/core/mat.hpp>

#include <filesystem>

namespace tagloom::dataset_report {

/// The whole report on one page, red green blue: label frequencies, labels an image, what comes together,
/// sizes, and pictures that are there twice, which it reads once more.
[[nodiscard]] cv::Mat page_of(const Report& report, const drawing::Typeface& typeface);

/// The same as a PNG. Throws DataError if the file cannot be written.
void write_page(const std::filesystem::path& file, const Report& report, const drawing::Typeface& typeface);

}  // namespace tagloom::dataset_report
