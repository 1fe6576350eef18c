#include "annotation/pictures/contact_sheet.hpp"

#include "annotation/pictures/looks.hpp"
#include "annotation/pictures/wording.hpp"
#include "drawing/fitted_text.hpp"
#include "drawing/scaled.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <opencv2/imgproc.hpp>

#include <algorithm>

namespace tagloom::annotation::pictures {
namespace {

/// As wide to high as a camera's pictures.
const cv::Size kThumbnail(300, 200);
constexpr int kColumns = 4;
/// The name, and below it lines of tags.
constexpr int kNameHeight = 26;
constexpr int kMostLines = 3;
constexpr int kChipHeight = 26;
constexpr int kChipPadding = 9;
constexpr int kChipGap = 6;
constexpr int kChipSize = 15;

/// A tag as it stands on its chip.
struct Chip {
  std::string label;
  std::string confidence;
  int width = 0;
};

Chip chip_of(const Tag& tag, const drawing::Typeface& typeface) {
  Chip chip{.confidence = percent(tag.confidence)};
  const int for_label =
      kThumbnail.width - 2 * kChipPadding - typeface.width(chip.confidence, kNoteSize) - kChipGap;
  chip.label = drawing::fitted(shown(tag.label), for_label, kChipSize, typeface);
  chip.width = 2 * kChipPadding + typeface.width(chip.label, kChipSize) + kChipGap +
               typeface.width(chip.confidence, kNoteSize);
  return chip;
}

/// What is written below a thumbnail.
struct Caption {
  std::string name;
  std::vector<Chip> chips;
  std::vector<cv::Rect> places;
  /// Where there are no tags, or more than fit.
  std::string remark;
  cv::Rect remark_place;
  int height = 0;
};

/// Chips of all tags, or of as many as leave room for a remark that says how many more there are.
Caption with_chips(const std::vector<Tag>& tags, const drawing::Typeface& typeface) {
  Caption caption;
  std::vector<int> widths;
  for (const Tag& tag : tags) {
    caption.chips.push_back(chip_of(tag, typeface));
    widths.push_back(caption.chips.back().width);
  }
  caption.places = flowed(widths, kThumbnail.width, kMostLines);
  if (caption.places.size() == tags.size()) return caption;
  for (std::size_t chips = caption.places.size();; --chips) {
    caption.remark = fmt::format("and {} more", tags.size() - chips);
    widths.resize(chips);
    widths.push_back(typeface.width(caption.remark, kNoteSize));
    caption.places = flowed(widths, kThumbnail.width, kMostLines);
    if (chips > 0 && caption.places.size() < widths.size()) continue;
    caption.remark_place = caption.places.back();
    caption.places.pop_back();
    caption.chips.resize(chips);
    return caption;
  }
}

Caption caption_of(const SheetCell& cell, const drawing::Typeface& typeface, const std::string& no_tags) {
  Caption caption = with_chips(cell.tags, typeface);
  caption.name =
      drawing::fitted(shown(cell.name), kThumbnail.width, kNoteSize, typeface, drawing::Cut::beginning);
  if (cell.tags.empty()) {
    caption.remark = no_tags;
    caption.remark_place = {0, 0, kThumbnail.width, kChipHeight};
  }
  int bottom = caption.remark_place.br().y;
  for (const cv::Rect& place : caption.places)
    bottom = std::max(bottom, place.br().y);
  caption.height = kNameHeight + bottom;
  return caption;
}

/// With round ends. Drawn four times as large and averaged: OpenCV smooths lines, but not what it fills.
void draw_pill(cv::Mat& canvas, const cv::Rect& place) {
  constexpr int kFiner = 4;
  cv::Mat pill(place.size() * kFiner, CV_8UC3, kPaper);
  const int radius = pill.rows / 2;
  cv::circle(pill, {radius, radius}, radius, kChip, cv::FILLED);
  cv::circle(pill, {pill.cols - 1 - radius, radius}, radius, kChip, cv::FILLED);
  cv::rectangle(pill, {radius, 0, pill.cols - 2 * radius, pill.rows}, kChip, cv::FILLED);
  drawing::scaled(pill, place.size()).copyTo(canvas(place));
}

void draw_caption(cv::Mat& canvas, cv::Point at, const Caption& caption, const drawing::Typeface& typeface) {
  constexpr int kBaseline = 18;
  typeface.draw(canvas, caption.name, at + cv::Point(0, kBaseline), kNoteSize, kFaintInk);
  const cv::Point below = at + cv::Point(0, kNameHeight);
  for (std::size_t i = 0; i < caption.chips.size(); ++i) {
    const cv::Rect place = caption.places[i] + below;
    draw_pill(canvas, place);
    cv::Point text = place.tl() + cv::Point(kChipPadding, kBaseline);
    typeface.draw(canvas, caption.chips[i].label, text, kChipSize, kInk);
    text.x = place.br().x - kChipPadding - typeface.width(caption.chips[i].confidence, kNoteSize);
    typeface.draw(canvas, caption.chips[i].confidence, text, kNoteSize, kFaintInk);
  }
  typeface.draw(canvas, caption.remark, below + caption.remark_place.tl() + cv::Point(0, kBaseline),
                kNoteSize, kFaintInk);
}

}  // namespace

std::vector<cv::Rect> flowed(std::span<const int> widths, int width, int lines) {
  std::vector<cv::Rect> places;
  cv::Point at;
  for (const int each : widths) {
    if (at.x > 0 && at.x + each > width) at = {0, at.y + kChipHeight + kChipGap};
    if (at.y >= lines * (kChipHeight + kChipGap)) break;
    places.emplace_back(at.x, at.y, each, kChipHeight);
    at.x += each + kChipGap;
  }
  return places;
}

cv::Mat thumbnail(const cv::Mat& rgb) {
  cv::Mat ground(kThumbnail, CV_8UC3, kMat);
  const cv::Size size = drawing::fitted(rgb.size(), kThumbnail);
  drawing::scaled(rgb, size).copyTo(
      ground({{(kThumbnail.width - size.width) / 2, (kThumbnail.height - size.height) / 2}, size}));
  return ground;
}

cv::Mat contact_sheet(std::span<const SheetCell> cells, const drawing::Typeface& typeface,
                      const std::string& no_tags) {
  const auto count = static_cast<int>(cells.size());
  const int columns = std::min(count, kColumns);
  std::vector<Caption> captions;
  std::vector<int> tops = {kMargin};
  for (int i = 0; i < count; ++i) {
    captions.push_back(caption_of(cells[static_cast<std::size_t>(i)], typeface, no_tags));
    if (i % columns == 0) tops.push_back(tops.back());
    const int row = i / columns;
    tops.back() = std::max(
        tops.back(), tops[static_cast<std::size_t>(row)] + kThumbnail.height + captions.back().height + kGap);
  }
  cv::Mat sheet(tops.back() - kGap + kMargin, 2 * kMargin + columns * kThumbnail.width + (columns - 1) * kGap,
                CV_8UC3, kPaper);
  for (int i = 0; i < count; ++i) {
    const auto cell = static_cast<std::size_t>(i);
    const cv::Point corner(kMargin + i % columns * (kThumbnail.width + kGap),
                           tops[static_cast<std::size_t>(i / columns)]);
    cells[cell].thumbnail.copyTo(sheet({corner, kThumbnail}));
    draw_caption(sheet, corner + cv::Point(0, kThumbnail.height), captions[cell], typeface);
  }
  return sheet;
}

}  // namespace tagloom::annotation::pictures
