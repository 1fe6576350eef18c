#pragma once

/// The figures of the page, each within the area that it is given.

#include "dataset_report/pen.hpp"
#include "dataset_report/report.hpp"

#include <opencv2/core/types.hpp>

namespace tagloom::dataset_report {

/// Images by label, from the most frequent label to the rarest.
void draw_frequencies(const Pen& pen, const cv::Rect& area, const Report& report);

/// The share of images that have 0, 1, 2, ... labels.
void draw_labels_an_image(const Pen& pen, const cv::Rect& area, const Report& report);

/// How much the most frequent labels belong together: normalised PMI.
void draw_company(const Pen& pen, const cv::Rect& area, const Report& report);

/// Width and height of the pictures. There must be some.
void draw_sizes(const Pen& pen, const cv::Rect& area, const datasets::PictureSurvey& pictures);

/// Pictures that are there twice, side by side: so many cells, and how high a row of them is.
inline constexpr int kTwinsARow = 5;
inline constexpr int kMostTwins = 10;
inline constexpr int kTwinHeight = 236;
void draw_twins(const Pen& pen, const cv::Rect& area, const datasets::PictureSurvey& pictures);
[[nodiscard]] int twins_in(const datasets::PictureSurvey& pictures);

}  // namespace tagloom::dataset_report
