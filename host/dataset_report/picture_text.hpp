#pragma once

/// What the report says of pictures.

#include "dataset_report/section.hpp"

#include <tagloom/datasets/survey/pictures.hpp>

namespace tagloom::dataset_report {

/// Sizes, and which are missing, odd or cannot be read.
[[nodiscard]] Section pictures_section(const datasets::PictureSurvey& survey, int columns);

/// Which are there twice. Some must be there once.
[[nodiscard]] Section duplicates_section(const datasets::PictureSurvey& survey, int columns);

}  // namespace tagloom::dataset_report
