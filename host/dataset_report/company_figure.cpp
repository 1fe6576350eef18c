#include "dataset_report/figures.hpp"

#include <tagloom/base/name.hpp>

#include <algorithm>
#include <cmath>

namespace tagloom::dataset_report {
namespace {

/// At most so much for names beside the cells, and above them.
constexpr int kMostForNames = 150;
constexpr int kBesideNames = 14;
constexpr int kScaleHeight = 56;

Color mixed(Color from, Color to, double share) {
  Color color;
  for (int i = 0; i < 3; ++i)
    color[i] = static_cast<unsigned char>(std::lround(from[i] + (to[i] - from[i]) * share));
  return color;
}

/// Blue for labels that attract each other, the darker the more; orange for those that avoid each other,
/// which most rare ones do, so it stays faint.
Color color_of(double npmi) {
  const Color faint_blue(198, 219, 239);
  const Color dark_blue(8, 48, 107);
  const Color faint_orange(253, 219, 186);
  if (npmi <= 0) return mixed(drawing::kPaper, faint_orange, -npmi);
  constexpr double kMiddle = 0.25;
  if (npmi < kMiddle) return mixed(drawing::kPaper, faint_blue, npmi / kMiddle);
  return mixed(faint_blue, dark_blue, (npmi - kMiddle) / (1 - kMiddle));
}

void draw_scale(const Pen& pen, cv::Point at, int width) {
  constexpr int kHeight = 14;
  const TextStyle style = {.size = kSmallSize, .color = drawing::kFaintInk};
  for (int x = 0; x < width; ++x)
    pen.fill({at.x + x, at.y, 1, kHeight}, color_of(2.0 * x / width - 1));
  const int below = at.y + kHeight + 18;
  const auto say = [&](int x, const char* text, Align align) {
    TextStyle aligned = style;
    aligned.align = align;
    pen.text({at.x + x, below}, text, aligned);
  };
  say(0, "-1: never together", Align::left);
  say(width / 2, "0: as by chance", Align::center);
  say(width, "1: only together", Align::right);
}

int width_of_names(const Pen& pen, const Report& report) {
  int widest = 0;
  for (const std::int64_t label : report.labels.matrix.labels)
    widest = std::max(widest, pen.width(shown(report.label(label)), kTextSize));
  return std::min(widest + kBesideNames, kMostForNames);
}

}  // namespace

void draw_company(const Pen& pen, const cv::Rect& area, const Report& report) {
  const datasets::CoOccurrence& matrix = report.labels.matrix;
  const auto labels = static_cast<int>(matrix.labels.size());
  if (labels == 0) return;
  constexpr int kLargestCell = 48;
  const int names = width_of_names(pen, report);
  const int cell =
      std::min({(area.width - names) / labels, (area.height - names - kScaleHeight) / labels, kLargestCell});
  const cv::Point corner(area.x + names, area.y + names);
  const TextStyle style = {.size = std::clamp(cell - 8, 12, kTextSize), .width = names - kBesideNames};
  for (int row = 0; row < labels; ++row) {
    const std::string name = shown(report.label(matrix.labels[static_cast<std::size_t>(row)]));
    const int middle = row * cell + cell / 2 + style.size / 2 - 2;
    TextStyle beside = style;
    beside.align = Align::right;
    pen.text({corner.x - 8, corner.y + middle}, name, beside);
    pen.text_upward({corner.x + middle, corner.y - 6}, name, style);
    for (int column = 0; column < labels; ++column) {
      const cv::Rect place(corner.x + column * cell, corner.y + row * cell, cell - 1, cell - 1);
      const double npmi = datasets::normalised_pmi(
          matrix.together(static_cast<std::size_t>(row), static_cast<std::size_t>(column)));
      pen.fill(place, row == column ? kGrid : color_of(npmi));
    }
  }
  draw_scale(pen, {corner.x, corner.y + labels * cell + 18}, std::max(labels * cell, 420));
}

}  // namespace tagloom::dataset_report
