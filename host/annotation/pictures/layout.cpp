#include "annotation/pictures/layout.hpp"

#include "annotation/pictures/looks.hpp"
#include "drawing/scaled.hpp"

#include <algorithm>
#include <cmath>

namespace tagloom::annotation::pictures {
namespace {

/// A label's letters, a bar, and what is free around them.
constexpr int kLineHeight = 44;
constexpr int kFooterHeight = 40;
/// Narrower, and labels do not fit above their bars.
constexpr int kNarrowestLine = 200;
constexpr int kListLine = 260;
constexpr int kListPicture = 640;
constexpr int kPanel = 360;
/// Shorter columns beside a flat picture would look torn.
constexpr int kFewestInColumn = 8;
/// Width to height that a page is meant to have: a screen's.
constexpr double kPageShape = 1.5;
/// What a page of empty cells alone would be short of its shape: four panels are to be two by two.
constexpr double kEmptyCells = 1.5;

int rows_for(int cells, int columns) {
  return (cells + columns - 1) / columns;
}

/// A grid of panels, each a picture with a line below.
struct Grid {
  int columns = 1;
  int rows = 1;
  cv::Size picture;

  [[nodiscard]] int cell_width() const { return std::max(picture.width, kNarrowestLine); }
  [[nodiscard]] int cell_height() const { return picture.height + kLineHeight; }
  [[nodiscard]] cv::Size canvas() const {
    return {2 * kMargin + columns * cell_width() + (columns - 1) * kGap,
            kMargin + rows * cell_height() + (rows - 1) * kGap + kFooterHeight};
  }
  /// Larger is better, in this order: the picture's area, and how near the page is to its shape without empty
  /// cells.
  [[nodiscard]] std::pair<int, double> merit(int panels) const {
    const double shape = static_cast<double>(canvas().width) / canvas().height;
    const double empty = 1 - static_cast<double>(panels) / (columns * rows);
    return {picture.area(), -std::abs(std::log(shape / kPageShape)) - kEmptyCells * empty};
  }
};

Grid grid_of(cv::Size picture, int panels, int columns) {
  const int rows = rows_for(panels, columns);
  const int width = (kLongestSide - 2 * kMargin - (columns - 1) * kGap) / columns;
  const int height = (kLongestSide - kMargin - kFooterHeight - (rows - 1) * kGap) / rows - kLineHeight;
  return {.columns = columns,
          .rows = rows,
          .picture = drawing::fitted(picture, {std::min(width, kPanel), std::clamp(height, 1, kPanel)})};
}

Grid best_grid(cv::Size picture, int panels) {
  constexpr int kMostColumns = (kLongestSide - 2 * kMargin + kGap) / (kNarrowestLine + kGap);
  Grid best = grid_of(picture, panels, 1);
  for (int columns = 2; columns <= std::min(panels, kMostColumns); ++columns) {
    const Grid grid = grid_of(picture, panels, columns);
    if (grid.merit(panels) > best.merit(panels)) best = grid;
  }
  return best;
}

}  // namespace

Page list_page(cv::Size picture, int tags, bool footer) {
  const cv::Size shown = drawing::fitted(picture, {kListPicture, kListPicture});
  const int in_column = std::max(kFewestInColumn, shown.height / kLineHeight - 1);
  const int columns = std::max(1, rows_for(tags, in_column));
  const int left = kMargin + shown.width + kGap;
  Page page;
  page.pictures = {{{kMargin, kMargin}, shown}};
  page.title = {left, kMargin, columns * kListLine + (columns - 1) * kGap, kLineHeight};
  int bottom = std::max(page.title.y + page.title.height, kMargin + shown.height);
  for (int i = 0; i < tags; ++i) {
    const int top = kMargin + (1 + i % in_column) * kLineHeight;
    page.lines.emplace_back(left + i / in_column * (kListLine + kGap), top, kListLine, kLineHeight);
    bottom = std::max(bottom, top + kLineHeight);
  }
  if (footer) page.footer = {kMargin, bottom, page.title.br().x - kMargin, kFooterHeight};
  page.canvas = {page.title.br().x + kMargin, bottom + (footer ? kFooterHeight : kMargin)};
  return page;
}

Page panels_page(cv::Size picture, int tags) {
  const Grid grid = best_grid(picture, 1 + tags);
  Page page;
  page.canvas = grid.canvas();
  for (int i = 0; i <= tags; ++i) {
    const int left = kMargin + i % grid.columns * (grid.cell_width() + kGap);
    const int top = kMargin + i / grid.columns * (grid.cell_height() + kGap);
    page.pictures.emplace_back(cv::Point(left + (grid.cell_width() - grid.picture.width) / 2, top),
                               grid.picture);
    page.lines.emplace_back(left, top + grid.picture.height, grid.cell_width(), kLineHeight);
  }
  page.title = page.lines.front();
  page.lines.erase(page.lines.begin());
  page.footer = {kMargin, page.canvas.height - kFooterHeight, page.canvas.width - 2 * kMargin, kFooterHeight};
  return page;
}

}  // namespace tagloom::annotation::pictures
