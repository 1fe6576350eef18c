#include "dataset_report/plot.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ranges>
#include <utility>

namespace tagloom::dataset_report {
namespace {

constexpr int kLeft = 84;
constexpr int kAbove = 12;
constexpr int kBelow = 62;
constexpr int kMostTicks = 9;

std::vector<Tick> logarithmic_ticks(double low, double high, const std::vector<int>& steps) {
  std::vector<Tick> ticks;
  for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
    for (const int step : steps)
      if (const double value = power * step; value >= low * 0.999 && value <= high * 1.001)
        ticks.push_back({value, fmt::format("{:.6g}", value)});
  return ticks;
}

}  // namespace

double Axis::share(double value) const {
  if (logarithmic) return std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

Axis logarithmic_axis(double low, double high, std::string title) {
  Axis axis{.low = low, .high = high, .logarithmic = true, .title = std::move(title)};
  axis.ticks = logarithmic_ticks(low, high, {1, 2, 5});
  if (axis.ticks.size() > kMostTicks) axis.ticks = logarithmic_ticks(low, high, {1});
  return axis;
}

Axis linear_axis(double low, double high, std::string title) {
  Axis axis{.low = low, .high = high, .title = std::move(title)};
  const double power = std::pow(10, std::floor(std::log10(high - low)) - 1);
  double step = power;
  for (const int times : {2, 5, 10, 20, 50})
    if ((high - low) / step > kMostTicks) step = power * times;
  for (double value = std::ceil(low / step) * step; value <= high + step / 1000; value += step)
    axis.ticks.push_back({value, fmt::format("{:.6g}", value)});
  return axis;
}

Plot::Plot(const Pen& pen, const cv::Rect& area, Axis x, Axis y)
    : inside_(area.x + kLeft, area.y + kAbove, area.width - kLeft, area.height - kAbove - kBelow),
      x_(std::move(x)),
      y_(std::move(y)) {
  const TextStyle numbers = {.size = kSmallSize, .color = drawing::kFaintInk};
  const auto [left, top] = inside_.tl();
  const auto [right, bottom] = inside_.br();
  for (const Tick& tick : y_.ticks) {
    const int height = static_cast<int>(at(x_.low, tick.value).y);
    pen.fill({left, height, inside_.width, 1}, kGrid);
    TextStyle style = numbers;
    style.align = Align::right;
    pen.text({left - 10, height + kSmallSize / 2 - 2}, tick.text, style);
  }
  for (const Tick& tick : x_.ticks) {
    const int across = static_cast<int>(at(tick.value, y_.low).x);
    pen.fill({across, bottom, 1, 5}, drawing::kFaintInk);
    TextStyle style = numbers;
    style.align = Align::center;
    pen.text({across, bottom + 22}, tick.text, style);
  }
  pen.fill({left, bottom, inside_.width, 1}, drawing::kFaintInk);
  pen.text({(left + right) / 2, bottom + 48}, x_.title,
           {.size = kTextSize, .color = drawing::kFaintInk, .align = Align::center});
  pen.text_upward({area.x + kTextSize, (top + bottom) / 2}, y_.title,
                  {.size = kTextSize, .color = drawing::kFaintInk, .align = Align::center});
}

cv::Point2d Plot::at(double x, double y) const {
  return {inside_.x + x_.share(x) * inside_.width, inside_.y + (1 - y_.share(y)) * inside_.height};
}

void draw_key(const Pen& pen, cv::Point end, const std::vector<std::string>& splits) {
  constexpr int kSwatch = 14;
  for (const std::string& split : splits | std::views::reverse) {
    pen.text(end, split, {.color = drawing::kInk, .align = Align::right});
    end.x -= pen.width(split, kTextSize) + 8 + kSwatch;
    pen.fill({end.x, end.y - kSwatch + 1, kSwatch, kSwatch}, color_of_split(split));
    end.x -= 22;
  }
}

}  // namespace tagloom::dataset_report
