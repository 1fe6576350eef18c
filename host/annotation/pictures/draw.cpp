#include "annotation/pictures/draw.hpp"

#include "annotation/pictures/attention_overlay.hpp"
#include "annotation/pictures/layout.hpp"
#include "annotation/pictures/looks.hpp"
#include "annotation/pictures/wording.hpp"
#include "drawing/fitted_text.hpp"
#include "drawing/scaled.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::annotation::pictures {
namespace {

constexpr int kBaseline = 24;
constexpr int kBarHeight = 6;

/// Text that ends at the right edge; smoothing takes a pixel more than its width.
void draw_to_the_right(cv::Mat& canvas, std::string_view text, cv::Point end, int size, drawing::Color color,
                       const drawing::Typeface& typeface) {
  typeface.draw(canvas, text, {end.x - 1 - typeface.width(text, size), end.y}, size, color);
}

void draw_bar(cv::Mat& canvas, const cv::Rect& place, float share) {
  cv::rectangle(canvas, place, kBarGround, cv::FILLED);
  if (!(share > 0)) return;
  const int width = static_cast<int>(std::lround(static_cast<float>(place.width) * std::min(share, 1.0F)));
  cv::rectangle(canvas, {place.x, place.y, std::max(1, width), place.height}, kBar, cv::FILLED);
}

void draw_tag(cv::Mat& canvas, const cv::Rect& line, const Tag& tag, const drawing::Typeface& typeface) {
  const std::string confidence = percent(tag.confidence);
  const int left_for_label = line.width - typeface.width(confidence, kLabelSize) - kGap / 2;
  typeface.draw(canvas, drawing::fitted(shown(tag.label), left_for_label, kLabelSize, typeface),
                {line.x, line.y + kBaseline}, kLabelSize, kInk);
  draw_to_the_right(canvas, confidence, {line.br().x, line.y + kBaseline}, kLabelSize, kFaintInk, typeface);
  draw_bar(canvas, {line.x, line.y + kBaseline + 7, line.width, kBarHeight}, tag.confidence);
}

void draw_title(cv::Mat& canvas, const cv::Rect& line, const Annotation& annotation, const Drawing& drawing) {
  const auto write = [&](const std::string& text, int below, drawing::Color color) {
    drawing.typeface.draw(
        canvas, drawing::fitted(text, line.width, kNoteSize, drawing.typeface, drawing::Cut::beginning),
        {line.x, line.y + below}, kNoteSize, color);
  };
  write(shown(annotation.name), kBaseline - 6, kInk);
  const std::size_t tags = annotation.tags.size();
  write(tags == 0 ? drawing.no_tags : counted(tags, "tag"), kBaseline + 12, kFaintInk);
}

/// What the colours mean, and from the right how many tags are not here.
void draw_footer(cv::Mat& canvas, const cv::Rect& line, std::size_t left_out, bool colors,
                 const drawing::Typeface& typeface) {
  const int baseline = line.y + kBaseline;
  if (left_out > 0)
    draw_to_the_right(canvas, fmt::format("and {} more", left_out), {line.br().x, baseline}, kNoteSize,
                      kFaintInk, typeface);
  if (!colors) return;
  constexpr int kScaleWidth = 120;
  constexpr int kScaleHeight = 10;
  int x = line.x;
  const auto write = [&](std::string_view text) {
    typeface.draw(canvas, text, {x, baseline}, kNoteSize, kFaintInk);
    x += typeface.width(text, kNoteSize) + kGap / 2;
  };
  write("looked least");
  const cv::Rect scale(x, baseline - kScaleHeight, kScaleWidth, kScaleHeight);
  cv::repeat(attention_scale(kScaleWidth), kScaleHeight, 1)
      .copyTo(canvas(scale & cv::Rect({0, 0}, canvas.size())));
  x += kScaleWidth + kGap / 2;
  write("most");
}

cv::Mat map_of(const Annotation& annotation, std::size_t tag) {
  const at::Tensor& maps = annotation.attention;
  TORCH_CHECK(maps.dim() == 3 && maps.is_contiguous() && maps.scalar_type() == at::kFloat &&
                  maps.size(0) == static_cast<std::int64_t>(annotation.tags.size()),
              "attention must be [tags, height, width] in float32");
  const auto height = static_cast<int>(maps.size(1));
  const auto width = static_cast<int>(maps.size(2));
  return {height, width, CV_32F, maps.data_ptr<float>() + tag * static_cast<std::size_t>(height * width)};
}

}  // namespace

cv::Mat draw_annotation(const cv::Mat& rgb, const Annotation& annotation, const Drawing& drawing) {
  const std::size_t tags = std::min<std::size_t>(annotation.tags.size(), kMostTags);
  const std::size_t left_out = annotation.tags.size() - tags;
  const bool maps = annotation.attention.defined() && tags > 0;
  const Page page = maps ? panels_page(rgb.size(), static_cast<int>(tags))
                         : list_page(rgb.size(), static_cast<int>(tags), left_out > 0);
  cv::Mat canvas(page.canvas, CV_8UC3, kPaper);
  const cv::Mat picture = drawing::scaled(rgb, page.pictures.front().size());
  const cv::Rect seen = seen_part(picture.size(), drawing.preprocessing);
  picture.copyTo(canvas(page.pictures.front()));
  for (std::size_t i = 1; i < page.pictures.size(); ++i)
    with_attention(picture, map_of(annotation, i - 1), seen).copyTo(canvas(page.pictures[i]));
  draw_title(canvas, page.title, annotation, drawing);
  for (std::size_t i = 0; i < tags; ++i)
    draw_tag(canvas, page.lines[i], annotation.tags[i], drawing.typeface);
  if (page.footer.area() > 0) draw_footer(canvas, page.footer, left_out, maps, drawing.typeface);
  return canvas;
}

}  // namespace tagloom::annotation::pictures
