#include "dataset_report/text.hpp"

#include "dataset_report/picture_text.hpp"
#include "dataset_report/wording.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

namespace tagloom::dataset_report {
namespace {

constexpr int kWidestBar = 40;

std::string bar(std::int64_t count, std::int64_t most, int columns) {
  const int width = std::min(columns, kWidestBar);
  if (count == 0 || most == 0 || width < 1) return "";
  const double share = static_cast<double>(count) / static_cast<double>(most);
  return std::string(static_cast<std::size_t>(std::max(1L, std::lround(share * width))), '#');
}

std::vector<std::string> names_of(const Report& report, std::span<const std::int64_t> labels) {
  std::vector<std::string> names;
  for (const std::int64_t label : labels)
    names.push_back(shown(report.label(label)));
  return names;
}

Section splits(const Report& report) {
  Section section{.heading = fmt::format("{}: {}, {}", shown(report.data.root),
                                         counted(report.data.vocabulary.size(), "label"),
                                         counted(report.images(), "image"))};
  section.lines += "               images  unlabelled  labels an image  labels\n";
  section.lines += "                                      mean  median  unused\n";
  for (const datasets::SplitLabels& split : report.labels.splits)
    section.lines +=
        fmt::format("  {:<10} {:>8} {:>11} {:>8.3f} {:>7.4g} {:>7}\n", split.name, split.summary.images,
                    split.summary.images_without_label, split.summary.mean_labels, split.median_labels,
                    split.summary.labels_without_image);
  return section;
}

/// What was odd about the label files and names.
std::string remarks(const Report& report, int columns) {
  std::string lines;
  const auto say = [&](const std::string& sentence) { lines += paragraph(sentence, columns); };
  if (report.data.repeated_labels > 0)
    say(fmt::format("{} named twice for one image and count once.",
                    counted(report.data.repeated_labels, "label was", "labels were")));
  if (report.other_spellings > 0)
    say(fmt::format("{} named in other Unicode characters than in the label files.",
                    counted(report.other_spellings, "image file is", "image files are")));
  for (const std::string& sentence : datasets::remarks(report.data))
    say(sentence);
  return lines;
}

/// A line for 0, 1, 2, ... labels; long tails in one.
Section labels_an_image(const Report& report, int columns) {
  constexpr std::size_t kMostLines = 12;
  const datasets::SplitLabels& split = report.labels.main();
  Section section{.heading = fmt::format("Labels an image ({}, {} to {})", split.name, split.fewest_labels,
                                         split.summary.most_labels)};
  std::vector<std::int64_t> images = split.images_with;
  const bool longer = images.size() > kMostLines;
  for (; images.size() > kMostLines; images.pop_back())
    images[images.size() - 2] += images.back();
  const std::int64_t most = std::ranges::max(images);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string number = fmt::format("{}{}", i, longer && i + 1 == images.size() ? "+" : "");
    const std::string beside = bar(images[i], most, columns - 18);
    section.lines +=
        fmt::format("  {:>4} {:>8}{}{}\n", number, images[i], beside.empty() ? "" : "  ", beside);
  }
  return section;
}

std::string with_count(const Report& report, std::int64_t label) {
  return fmt::format("{} {}", shown(report.label(label)),
                     report.labels.main().counts[static_cast<std::size_t>(label)]);
}

Section label_frequencies(const Report& report, int columns) {
  const datasets::Frequencies& found = report.labels.frequencies;
  Section section{.heading = fmt::format("Label frequencies ({})", report.labels.about)};
  if (found.ranked.empty()) {
    section.lines = "  no label occurs\n";
    return section;
  }
  std::vector<std::string> frequent;
  std::vector<std::string> rare;
  for (std::size_t i = 0; i < std::min(found.ranked.size(), kNamed); ++i) {
    frequent.push_back(with_count(report, found.ranked[i]));
    rare.push_back(with_count(report, found.ranked[found.ranked.size() - 1 - i]));
  }
  section.lines += paragraph(fmt::format("most frequent: {}", list(frequent)), columns);
  section.lines += paragraph(fmt::format("rarest: {}", list(rare)), columns);
  section.lines += paragraph(
      fmt::format("median {:.4g} images a label; the most frequent label has {:.4g} times the images of the "
                  "rarest; {} fewer than {} images, {} none",
                  found.median, found.imbalance, counted(found.rare, "label has", "labels have"),
                  datasets::kFewImages, found.absent),
      columns);
  return section;
}

Section company(const Report& report, int columns) {
  const datasets::LabelSurvey& labels = report.labels;
  Section section{.heading = fmt::format("Labels that come together ({})", labels.about)};
  const std::size_t named = std::min(labels.pairs.size(), kNamed);
  if (named == 0)
    section.lines += fmt::format("  no two labels share {} images\n", datasets::kFewImages);
  else
    section.lines += "  images   NPMI     lift\n";
  for (std::size_t i = 0; i < named; ++i) {
    const datasets::LabelPair& pair = labels.pairs[i];
    section.lines += fmt::format("  {:>6} {:>6.2f} {:>8.4g}  {} + {}\n", pair.images, pair.npmi, pair.lift,
                                 shown(report.label(pair.first)), shown(report.label(pair.second)));
  }
  if (!labels.never_alone.empty())
    section.lines += paragraph(fmt::format("{} never an image's only label: {}",
                                           counted(labels.never_alone.size(), "label is", "labels are"),
                                           list(names_of(report, labels.never_alone))),
                               columns);
  return section;
}

}  // namespace

std::vector<Section> to_text(const Report& report, int columns) {
  constexpr int kNarrowest = 60;
  constexpr int kWidest = 120;
  columns = std::clamp(columns, kNarrowest, kWidest);
  std::vector<Section> sections = {splits(report)};
  sections.back().lines += remarks(report, columns);
  sections.push_back(labels_an_image(report, columns));
  sections.push_back(label_frequencies(report, columns));
  sections.push_back(company(report, columns));
  if (!report.pictures) return sections;
  sections.push_back(pictures_section(*report.pictures, columns));
  if (report.pictures->has_pictures()) sections.push_back(duplicates_section(*report.pictures, columns));
  return sections;
}

std::string label_lines(const Report& report) {
  std::string lines;
  const std::vector<std::int64_t>& counts = report.labels.main().counts;
  for (const std::int64_t label : report.labels.frequencies.ranked)
    lines += fmt::format("{:>8}  {}\n", counts[static_cast<std::size_t>(label)], shown(report.label(label)));
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] == 0)
      lines += fmt::format("{:>8}  {}\n", 0, shown(report.label(static_cast<std::int64_t>(i))));
  return lines;
}

}  // namespace tagloom::dataset_report
