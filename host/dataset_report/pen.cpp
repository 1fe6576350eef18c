#include "dataset_report/pen.hpp"

#include "drawing/fitted_text.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::dataset_report {
namespace {

/// OpenCV takes places in 16ths of a pixel.
constexpr int kShift = 4;
constexpr double kParts = 1 << kShift;

cv::Point in_parts(cv::Point2d point) {
  return {static_cast<int>(std::lround(point.x * kParts)), static_cast<int>(std::lround(point.y * kParts))};
}

int before(int width, Align align) {
  if (align == Align::left) return 0;
  return align == Align::center ? width / 2 : width;
}

}  // namespace

Color color_of_split(std::string_view split) {
  if (split == "test") return kVermilion;
  return split == "train" ? kBlue : kGreen;
}

void Pen::text(cv::Point at, std::string_view text, const TextStyle& style) const {
  const std::string fits = drawing::fitted(text, style.width, style.size, *typeface_);
  const int length = width(fits, style.size);
  at.x -= before(length, style.align);
  if (style.on_paper) fill({at.x - 3, at.y - style.size, length + 6, style.size + 5}, drawing::kPaper);
  typeface_->draw(*canvas_, fits, at, style.size, style.color);
}

void Pen::text_upward(cv::Point at, std::string_view text, const TextStyle& style) const {
  const std::string fits = drawing::fitted(text, style.width, style.size, *typeface_);
  const int length = width(fits, style.size) + 2;
  const int baseline = style.size;
  cv::Mat lying(style.size + style.size / 2, length, canvas_->type(), drawing::kPaper);
  typeface_->draw(lying, fits, {0, baseline}, style.size, style.color);
  cv::Mat standing;
  cv::rotate(lying, standing, cv::ROTATE_90_COUNTERCLOCKWISE);
  picture({at.x - baseline, at.y - length + before(length, style.align)}, standing);
}

int Pen::width(std::string_view text, int size) const {
  return typeface_->width(text, size);
}

void Pen::fill(const cv::Rect& place, Color color) const {
  cv::rectangle(*canvas_, place, color, cv::FILLED);
}

void Pen::line(const std::vector<cv::Point2d>& points, Color color, int thickness) const {
  std::vector<cv::Point> places;
  std::ranges::transform(points, std::back_inserter(places), in_parts);
  cv::polylines(*canvas_, places, false, color, thickness, cv::LINE_AA, kShift);
}

void Pen::disc(cv::Point2d center, double radius, Color color, double opacity) const {
  const int reach = static_cast<int>(std::ceil(radius)) + 2;
  const cv::Rect around =
      cv::Rect(static_cast<int>(center.x) - reach, static_cast<int>(center.y) - reach, 2 * reach, 2 * reach) &
      cv::Rect({0, 0}, canvas_->size());
  if (around.empty()) return;
  const cv::Mat place = (*canvas_)(around);
  cv::Mat drawn = place.clone();
  cv::circle(drawn, in_parts(center - cv::Point2d(around.tl())), static_cast<int>(radius * kParts), color,
             cv::FILLED, cv::LINE_AA, kShift);
  cv::addWeighted(drawn, opacity, place, 1 - opacity, 0, place);
}

void Pen::picture(cv::Point at, const cv::Mat& rgb) const {
  const cv::Rect place = cv::Rect(at, rgb.size()) & cv::Rect({0, 0}, canvas_->size());
  if (!place.empty()) rgb(place - at).copyTo((*canvas_)(place));
}

}  // namespace tagloom::dataset_report
