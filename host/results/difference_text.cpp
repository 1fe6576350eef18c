#include "results/difference_text.hpp"

#include "runtime/markdown.hpp"
#include "runtime/wrapped.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tagloom::results {
namespace {

using statistics::Difference;

/// From here on a figure is one line.
constexpr int kWide = 74;

/// One line of a table, whatever becomes of it.
struct Line {
  std::string name;
  Difference value;
  /// Not by chance alone, as far as can be told.
  bool differs = false;
  /// N+ is counted.
  bool whole = false;
};

std::string number(double value, bool whole) {
  return whole ? fmt::format("{:.0f}", value) : fmt::format("{:.4f}", value);
}

/// Nothing has no sign.
std::string signed_number(double value, bool whole) {
  const std::string text = whole ? fmt::format("{:+.0f}", value) : fmt::format("{:+.4f}", value);
  return text.find_first_of("123456789") == std::string::npos ? text.substr(1) : text;
}

std::string interval(const Line& line) {
  return fmt::format("{} to {}", signed_number(line.value.low, line.whole),
                     signed_number(line.value.high, line.whole));
}

std::string p_text(const Line& line) {
  return fmt::format("{:.{}f}{}", line.value.p, line.value.p < 0.1 ? 4 : 2, line.differs ? " *" : "");
}

std::vector<Line> figure_lines(const Differences& all, const Against& other) {
  std::vector<Line> lines;
  for (const auto& [name, value] : other.figures)
    lines.push_back(
        {std::string(words_for(name)), value, value.is_certain(all.confidence), name == "n_plus"});
  return lines;
}

std::vector<Line> label_lines(const Differences& all, const Against& other, const LabelChoice& choice) {
  std::vector<Line> lines;
  for (const LabelDifference& label : other.labels) {
    const bool differs = label.differs(all.confidence);
    if (!choice.all && (!differs || lines.size() == choice.most)) continue;
    lines.push_back(
        {fmt::format("{} ({})", shown(all.vocabulary.label(label.label)), label.images), label.f1, differs});
  }
  return lines;
}

std::size_t how_many_differ(const Differences& all, const Against& other) {
  return static_cast<std::size_t>(std::ranges::count_if(
      other.labels, [&](const LabelDifference& label) { return label.differs(all.confidence); }));
}

/// Above the labels: what is listed, and how many would be by chance.
std::string label_title(const Differences& all, const Against& other, std::size_t listed, bool every) {
  const std::size_t differ = how_many_differ(all, other);
  const auto judged = std::ranges::count_if(
      other.labels, [](const LabelDifference& label) { return label.images >= kFewImages; });
  std::string title = fmt::format(
      "F1 of labels: of {} that {} images or more have, {} differ{} (by chance alone, about {:.0f} would "
      "seem to)",
      judged, kFewImages, differ, differ == 1 ? "s" : "", (1 - all.confidence) * static_cast<double>(judged));
  if (!every && listed < differ) title += fmt::format("; the {} largest differences", listed);
  return title;
}

std::string percent_of(double confidence) {
  return fmt::format("{:g} % interval", 100 * confidence);
}

/// What a mark stands for.
std::string what_is_certain(double confidence) {
  return fmt::format("the interval leaves out 0, and p is below {:.4g}", 1 - confidence);
}

std::string head(const Differences& all, const Against& other) {
  return fmt::format("B = {} against A = {} ({}, {} images, {} paired draws)", shown(other.name),
                     shown(all.reference), all.split, all.images, all.draws);
}

std::string table(const std::vector<Line>& lines, const std::string& interval_title, int columns) {
  std::string text;
  if (columns >= kWide)
    text +=
        fmt::format("{:<18} {:>7} {:>7} {:>8}  {:>18}  {:>6}\n", "", "A", "B", "B - A", interval_title, "p");
  for (const Line& line : lines) {
    const std::string numbers =
        fmt::format("{:>7} {:>7} {:>8}", number(line.value.first, line.whole),
                    number(line.value.second, line.whole), signed_number(line.value.difference, line.whole));
    const std::string rest = fmt::format("{:>18}  {}", interval(line), p_text(line));
    if (columns < kWide)
      text += fmt::format("{}\n  {}\n  {}\n", line.name, numbers, rest);
    else if (line.name.size() > 18)
      text += fmt::format("{}\n{:<18} {}  {}\n", line.name, "", numbers, rest);
    else
      text += fmt::format("{:<18} {}  {}\n", line.name, numbers, rest);
  }
  return text;
}

/// A bar would end the cell.
std::string markdown_table(const std::vector<Line>& lines, const std::string& first,
                           const std::string& interval_title) {
  std::string text =
      fmt::format("| {} | A | B | B - A | {} | p |\n|---|--:|--:|--:|:-:|--:|\n", first, interval_title);
  for (const Line& line : lines) {
    const std::string difference = signed_number(line.value.difference, line.whole);
    text += fmt::format("| {} | {} | {} | {} | {} | {:.4f} |\n", runtime::in_markdown(line.name),
                        number(line.value.first, line.whole), number(line.value.second, line.whole),
                        line.differs ? "**" + difference + "**" : difference, interval(line), line.value.p);
  }
  return text;
}

}  // namespace

std::string to_text(const Differences& all, const LabelChoice& choice, int columns) {
  const runtime::Wrapping wrapping = {.width = static_cast<std::size_t>(columns), .indent = 2};
  const std::string title = percent_of(all.confidence);
  std::string text;
  for (const Against& other : all.others) {
    const auto labels = label_lines(all, other, choice);
    if (!text.empty()) text += '\n';
    text += runtime::wrapped(head(all, other), wrapping);
    text += table(figure_lines(all, other), title, columns) + '\n';
    text += runtime::wrapped(label_title(all, other, labels.size(), choice.all), wrapping);
    if (!labels.empty()) text += table(labels, title, columns);
  }
  return text + fmt::format("* {}.\n", what_is_certain(all.confidence));
}

std::string to_markdown(const Differences& all, const LabelChoice& choice) {
  const std::string title = percent_of(all.confidence);
  std::string text;
  for (const Against& other : all.others) {
    const auto labels = label_lines(all, other, choice);
    if (!text.empty()) text += '\n';
    text += runtime::in_markdown(head(all, other)) + "\n\n" +
            markdown_table(figure_lines(all, other), "figure", title);
    text += "\n" + runtime::in_markdown(label_title(all, other, labels.size(), choice.all)) + "\n";
    if (!labels.empty()) text += "\n" + markdown_table(labels, "label (images)", title);
  }
  return text + fmt::format("\nBold: {}.\n", what_is_certain(all.confidence));
}

}  // namespace tagloom::results
