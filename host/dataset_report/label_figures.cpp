#include "dataset_report/figures.hpp"
#include "dataset_report/plot.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace tagloom::dataset_report {
namespace {

std::vector<std::string> split_names(const Report& report) {
  std::vector<std::string> names;
  for (const datasets::SplitLabels& split : report.labels.splits)
    names.push_back(split.name);
  return names;
}

std::int64_t count_of(const datasets::SplitLabels& split, std::int64_t label) {
  return split.counts[static_cast<std::size_t>(label)];
}

std::vector<cv::Point2d> curve_of(const Report& report, const Plot& plot) {
  std::vector<cv::Point2d> curve;
  for (std::size_t rank = 0; rank < report.labels.frequencies.ranked.size(); ++rank) {
    const auto count = count_of(report.labels.main(), report.labels.frequencies.ranked[rank]);
    curve.push_back(plot.at(static_cast<double>(rank + 1), static_cast<double>(count)));
  }
  return curve;
}

/// The most frequent label, the one in the middle, and the rarest.
void name_some(const Pen& pen, const std::vector<cv::Point2d>& curve, const Report& report) {
  const auto& ranked = report.labels.frequencies.ranked;
  const auto name = [&](std::size_t rank, Align align) {
    const std::string text =
        fmt::format("{} {}", shown(report.label(ranked[rank])), count_of(report.labels.main(), ranked[rank]));
    pen.disc(curve[rank], 5, kBlue);
    const int beside = align == Align::right ? 0 : 10;
    pen.text(cv::Point(curve[rank]) + cv::Point(beside, -12), text,
             {.align = align, .width = 260, .on_paper = align == Align::right});
  };
  name(0, Align::left);
  if (ranked.size() > 2) name(ranked.size() / 2, Align::left);
  if (ranked.size() > 1) name(ranked.size() - 1, Align::right);
}

}  // namespace

void draw_frequencies(const Pen& pen, const cv::Rect& area, const Report& report) {
  const auto& ranked = report.labels.frequencies.ranked;
  double most = 1;
  for (const datasets::SplitLabels& split : report.labels.splits)
    for (const std::int64_t count : split.counts)
      most = std::max(most, static_cast<double>(count));
  const Plot plot(pen, area,
                  linear_axis(1, std::max(2.0, static_cast<double>(ranked.size())),
                              fmt::format("labels, the most frequent in {} first", report.labels.about)),
                  logarithmic_axis(0.8, most * 1.6, "images that have the label"));
  for (const datasets::SplitLabels& split : report.labels.splits) {
    if (split.name == report.labels.about) continue;
    for (std::size_t rank = 0; rank < ranked.size(); ++rank)
      if (const auto count = count_of(split, ranked[rank]); count > 0)
        pen.disc(plot.at(static_cast<double>(rank + 1), static_cast<double>(count)), 3,
                 color_of_split(split.name), 0.8);
  }
  const auto curve = curve_of(report, plot);
  if (!curve.empty()) {
    pen.line(curve, kBlue, 3);
    name_some(pen, curve, report);
  }
  draw_key(pen, {area.br().x, area.y - 16}, split_names(report));
}

void draw_labels_an_image(const Pen& pen, const cv::Rect& area, const Report& report) {
  constexpr int kMostLabels = 15;
  int most_labels = 0;
  double most_images = 0;
  const auto share = [](const datasets::SplitLabels& split, int labels) {
    double images = 0;
    for (std::size_t i = static_cast<std::size_t>(labels); i < split.images_with.size(); ++i)
      if (static_cast<int>(i) == labels || labels == kMostLabels)
        images += static_cast<double>(split.images_with[i]);
    return 100 * images / static_cast<double>(std::max<std::int64_t>(1, split.summary.images));
  };
  for (const datasets::SplitLabels& split : report.labels.splits) {
    most_labels = std::max(most_labels, static_cast<int>(split.images_with.size()) - 1);
    for (int labels = 0; labels <= kMostLabels; ++labels)
      most_images = std::max(most_images, share(split, labels));
  }
  const bool longer = most_labels > kMostLabels;
  most_labels = std::min(most_labels, kMostLabels);
  Axis x{.low = -0.5, .high = most_labels + 0.5, .title = "labels of an image"};
  for (int labels = 0; labels <= most_labels; ++labels)
    x.ticks.push_back({static_cast<double>(labels),
                       fmt::format("{}{}", labels, longer && labels == kMostLabels ? "+" : "")});
  const Plot plot(pen, area, x, linear_axis(0, std::max(1.0, most_images * 1.1), "% of the split's images"));
  const auto splits = static_cast<double>(report.labels.splits.size());
  const double width = 0.8 / splits;
  for (int labels = 0; labels <= most_labels; ++labels) {
    double left = labels - 0.4;
    for (const datasets::SplitLabels& split : report.labels.splits) {
      const cv::Point top = plot.at(left, share(split, labels));
      const cv::Point bottom = plot.at(left + width, 0);
      pen.fill({top, bottom}, color_of_split(split.name));
      left += width;
    }
  }
  draw_key(pen, {area.br().x, area.y - 16}, split_names(report));
}

}  // namespace tagloom::dataset_report
