#include "evaluation/score_table.hpp"

#include "runtime/wrapped.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

namespace tagloom::evaluation {
namespace {

/// From here on a row is one line, with room for a name of some length.
constexpr int kWide = 150;

std::string or_dash(const std::string& text) {
  return text.empty() ? std::string("-") : shown(text);
}

std::string decimals(double value, int digits) {
  return std::isnan(value) ? "-" : fmt::format("{:.{}f}", value, digits);
}

/// Numbers that belong together. The texts of one group are of one width.
using Groups = std::array<std::string, 4>;

Groups titles() {
  return {fmt::format("{:^26} {:>4}", "per class", "N+"), fmt::format("{:^20}", "per image (micro)"),
          fmt::format("{:^20}", "example-based"), fmt::format("{:>5}", "mAP")};
}

Groups titles_of_numbers() {
  const std::string three = fmt::format("{:>6} {:>6} {:>6}", "P", "R", "F1");
  return {fmt::format("{} {:>5} {:>4}", three, "mF1", ""), three, three, fmt::format("{:>5}", "")};
}

Groups numbers_of(const Metrics& m) {
  const auto three = [](const auto& scores) {
    return fmt::format("{:.4f} {:.4f} {:.4f}", scores.precision, scores.recall, scores.f1);
  };
  return {fmt::format("{} {:.3f} {:>4}", three(m.per_class), m.per_class.mean_of_f1, m.n_plus),
          three(m.micro), three(m.example_based),
          fmt::format("{:>5}", decimals(m.mean_average_precision, 3))};
}

/// How many groups, from this one on, stand side by side in so many columns.
std::size_t beside(const Groups& groups, std::size_t first, int columns) {
  std::size_t width = groups[first].size();
  std::size_t end = first + 1;
  while (end < groups.size() && width + 1 + groups[end].size() <= static_cast<std::size_t>(columns))
    width += 1 + groups[end++].size();
  return end - first;
}

std::string joined(const Groups& groups, std::size_t first, std::size_t count, const char* between) {
  std::string line;
  for (std::size_t i = first; i < first + count; ++i)
    line += (i == first ? "" : between) + groups[i];
  return line;
}

/// The groups in as many lines as they need; with two rows of titles, each line has both.
std::string in_lines(const std::vector<Groups>& rows, int columns) {
  std::string lines;
  for (std::size_t first = 0; first < rows.front().size();) {
    const std::size_t count = beside(rows.front(), first, columns);
    for (const Groups& row : rows)
      lines += joined(row, first, count, "|") + "\n";
    first += count;
  }
  return lines;
}

/// The end of a name says more than its beginning, the folders.
std::string shortened(const std::string& name, std::size_t room) {
  constexpr std::string_view kCut = "...";
  constexpr std::size_t kLeast = 12;
  if (name.size() <= room || name.size() <= kLeast) return name;
  std::size_t begin = name.size() - (std::max(room, kLeast) - kCut.size());
  // Not within a character of several bytes.
  while (begin < name.size() && (static_cast<unsigned char>(name[begin]) & 0xC0U) == 0x80U)
    ++begin;
  return std::string(kCut) + name.substr(begin);
}

/// What is to be known of a row's checkpoint besides its name.
std::string unfinished(const ScoredSplit& row) {
  if (row.finished.value_or(true)) return "";
  return fmt::format(" (epoch {} of {}, not finished)", shown(row.record.at("epoch")),
                     shown(row.record.at("epochs")));
}

/// What a row is of, in a line of its own, or two where it leaves less than the file's name of its folders.
std::string title_of(const ScoredSplit& row, int columns) {
  std::string behind = row.split;
  if (!row.search.empty()) behind += ", " + shown(row.search);
  if (row.selected_on) behind += ", selected on " + options::word_for(*row.selected_on);
  const auto width = static_cast<std::size_t>(columns);
  const std::string state = unfinished(row) + ":";
  const std::string name = shown(row.model);
  const auto room = [&](std::size_t taken) { return width - std::min(width, taken); };
  const std::size_t beside = room(state.size() + 1 + behind.size());
  // With the dots and the slash before it.
  const std::size_t of_file = name.size() - (name.rfind('/') + 1) + 4;
  if (name.size() <= beside || of_file <= beside) return shortened(name, beside) + state + " " + behind;
  return shortened(name, room(state.size())) + state + "\n  " + behind;
}

}  // namespace

std::string table_head(int columns) {
  if (columns < kWide) return in_lines({titles(), titles_of_numbers()}, columns);
  return fmt::format("{:<10} | {} | {:<9} | {:<11} | {}\n{:<10} | {} | {:<9} | {:<11} |\n", "split",
                     joined(titles(), 0, 4, " | "), "search", "selected on", "model", "",
                     joined(titles_of_numbers(), 0, 4, " | "), "", "");
}

std::string table_line(const ScoredSplit& row, int columns) {
  if (columns < kWide) return title_of(row, columns) + "\n" + in_lines({numbers_of(row.metrics)}, columns);
  return fmt::format("{:<10} | {} | {:<9} | {:<11} | {}{}\n", row.split,
                     joined(numbers_of(row.metrics), 0, 4, " | "), or_dash(row.search),
                     or_dash(options::word_or_none(row.selected_on)), shown(row.model), unfinished(row));
}

std::string band_lines(const ScoredSplit& row, int columns) {
  std::string lines;
  for (const BandScores& band : row.metrics.bands)
    lines += runtime::wrapped(
        fmt::format("{:<8} {:>3} labels, {} to {} training images: per class {:.4f} {:.4f} {:.4f}, N+ {}",
                    band.name, band.labels, band.fewest, band.most, band.per_class.precision,
                    band.per_class.recall, band.per_class.f1, band.n_plus),
        {.width = static_cast<std::size_t>(columns), .first_indent = 2, .indent = 11});
  return lines;
}

}  // namespace tagloom::evaluation
