#include "dataset_report/figures.hpp"
#include "dataset_report/plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace tagloom::dataset_report {
namespace {

/// A tenth more on both sides.
Axis axis_of(double low, double high, const char* title) {
  constexpr double kMargin = 1.25;
  Axis axis = logarithmic_axis(low / kMargin, high * kMargin, title);
  constexpr std::size_t kFew = 3;
  return axis.ticks.size() < kFew ? linear_axis(low / kMargin, high * kMargin, title) : axis;
}

bool is_odd(const datasets::SizeCount& size) {
  const auto [shorter, longer] = std::minmax(size.width, size.height);
  return shorter < datasets::kTinySide || longer > datasets::kNarrowShape * shorter;
}

}  // namespace

void draw_sizes(const Pen& pen, const cv::Rect& area, const datasets::PictureSurvey& pictures) {
  const auto& sizes = pictures.sizes;
  const auto real = [](std::uint64_t side) { return static_cast<double>(side); };
  const auto [least_width, most_width] = std::ranges::minmax(sizes, {}, &datasets::SizeCount::width);
  const auto [least_height, most_height] = std::ranges::minmax(sizes, {}, &datasets::SizeCount::height);
  const Plot plot(pen, area, axis_of(real(least_width.width), real(most_width.width), "width, pixels"),
                  axis_of(real(least_height.height), real(most_height.height), "height, pixels"));
  const double most = real(static_cast<std::uint64_t>(sizes.front().images));
  constexpr double kLargest = 30;
  constexpr double kSmallest = 3;
  const auto radius = [&](const datasets::SizeCount& size) {
    return std::max(kSmallest, kLargest * std::sqrt(static_cast<double>(size.images) / most));
  };
  for (const datasets::SizeCount& size : sizes)
    pen.disc(plot.at(real(size.width), real(size.height)), radius(size), is_odd(size) ? kVermilion : kBlue,
             0.5);
  if (std::ranges::any_of(sizes, is_odd))
    pen.text({area.br().x, area.y - 16}, "odd ones", {.color = kVermilion, .align = Align::right});
  constexpr std::size_t kMostNamed = 2;
  for (const datasets::SizeCount& size : std::span(sizes).first(std::min(sizes.size(), kMostNamed))) {
    if (size.images == 1 && sizes.size() > 1) break;
    const cv::Point center = plot.at(real(size.width), real(size.height));
    const int down = static_cast<int>(radius(size)) + kTextSize + 4;
    const int above = center.y - static_cast<int>(radius(size)) - 8;
    const bool below = center.y + down < plot.inside().br().y;
    pen.text({std::clamp(center.x, plot.inside().x + 90, plot.inside().br().x - 90),
              below ? center.y + down : above},
             fmt::format("{} x {}: {}", size.width, size.height, size.images), {.align = Align::center});
  }
}

}  // namespace tagloom::dataset_report
