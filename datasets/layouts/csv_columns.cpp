#include "layouts/csv_columns.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string_view>;

/// Headings, in small letters and without what is neither letter nor digit.
const Words kNames = {"image",   "imagename", "imageid", "imagepath", "imagefile", "imageindex", "img",
                      "imgname", "imgpath",   "imgid",   "file",      "filename",  "filepath",   "fname",
                      "path",    "id",        "name",    "picture",   "photo",     "filenames",  "images"};
const Words kOneLabel = {"label", "tag", "class", "category", "classname", "labelname"};
const Words kManyLabels = {"labels",      "tags",       "classes",  "categories",    "target",    "targets",
                           "imagelabels", "attributes", "keywords", "findinglabels", "labelnames"};
const Words kSplits = {"split", "subset", "partition", "isvalid", "set"};

std::string as_heading(const std::string& field) {
  std::string heading;
  for (const char each : field)
    if (std::isalnum(static_cast<unsigned char>(each)) != 0)
      heading += static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
  return heading;
}

bool is_among(const Words& words, const std::string& field) {
  return std::ranges::find(words, as_heading(field)) != words.end();
}

std::optional<std::size_t> first_among(const Words& words, const CsvRow& row) {
  const auto found =
      std::ranges::find_if(row, [&](const std::string& field) { return is_among(words, field); });
  return found == row.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - row.begin()));
}

/// What all rows tell of a column.
struct Seen {
  /// The first field that is neither 0 nor 1, and where.
  std::string no_number;
  std::string where;
  std::array<bool, 3> separators{};
  bool blanks = false;
};
constexpr std::array kLabelSeparators = {';', '|', ','};

void look_at(const std::string& field, const std::string& where, Seen& seen) {
  if (seen.where.empty() && !yes_or_no(field)) {
    seen.no_number = field;
    seen.where = where;
  }
  for (std::size_t i = 0; i < kLabelSeparators.size(); ++i)
    seen.separators.at(i) = seen.separators.at(i) || field.find(kLabelSeparators.at(i)) != std::string::npos;
  seen.blanks = seen.blanks || field.find(' ') != std::string::npos;
}

class Survey {
 public:
  explicit Survey(const fs::path& path) : path_(path) {
    CsvRows rows(path);
    const auto first = rows.next();
    if (!first) throw DataError(fmt::format("{} has no rows; give a table of images.", shown(path)));
    first_ = *first;
    auto row = rows.next();
    has_header_ = is_header(first_, row);
    seen_.resize(first_.size());
    if (!has_header_) look_at_row(first_, "line 1 of " + shown(path));
    for (; row; row = rows.next())
      look_at_row(*row, rows.where());
  }

  [[nodiscard]] CsvColumns columns() const {
    CsvColumns columns{.has_header = has_header_, .fields = first_.size()};
    if (!has_header_) {
      columns.all_are_lists = seen_.size() > 1;
      if (seen_.size() == 2) columns.separator = separator_of(1, "");
      return columns;
    }
    columns.name = first_among(kNames, first_).value_or(0);
    columns.split = first_among(kSplits, first_);
    add_labels(columns);
    return columns;
  }

 private:
  /// Names of pictures are below a heading that is none; where they have no ending, the heading is a word
  /// that is known.
  static bool is_header(const CsvRow& first, const std::optional<CsvRow>& second) {
    if (std::ranges::any_of(first, [](const std::string& field) { return is_named_as_picture(field); }))
      return false;
    if (first_among(kNames, first)) return true;
    return second &&
           std::ranges::any_of(*second, [](const std::string& field) { return is_named_as_picture(field); });
  }

  void look_at_row(const CsvRow& row, const std::string& where) {
    if (has_header_ && row.size() != first_.size())
      throw DataError(
          fmt::format("{} has {} fields, but the heading {}; correct the line, and quote what holds "
                      "the separator.",
                      where, row.size(), first_.size()));
    if (row.size() > seen_.size()) seen_.resize(row.size());
    for (std::size_t i = 0; i < row.size(); ++i)
      look_at(row[i], where, seen_[i]);
  }

  void add_labels(CsvColumns& columns) const {
    std::vector<std::size_t> others;
    for (std::size_t i = 0; i < first_.size(); ++i)
      if (i != columns.name && i != columns.split) others.push_back(i);
    auto list = first_among(kManyLabels, first_);
    if (!list) list = first_among(kOneLabel, first_);
    const auto is_one_hot = [&](std::size_t i) { return seen_[i].where.empty() && !first_[i].empty(); };
    const bool all_one_hot = std::ranges::all_of(others, is_one_hot);
    if (list && *list != columns.name && !(all_one_hot && others.size() > 1)) {
      columns.lists = {*list};
      columns.separator = separator_of(*list, first_[*list]);
    } else if (all_one_hot) {
      for (const std::size_t i : others)
        columns.one_hot.emplace_back(i, first_[i]);
    } else if (others.size() == 1) {
      columns.lists = others;
      columns.separator = separator_of(others.front(), first_[others.front()]);
    } else {
      refuse(*std::ranges::find_if_not(others, is_one_hot));
    }
  }

  [[noreturn]] void refuse(std::size_t column) const {
    throw DataError(fmt::format(
        "the column \"{}\" of {} holds \"{}\" ({}), which is neither 0 nor 1, and no column is "
        "called \"labels\"; call the one with the labels so, or leave out what is no label.",
        shown(first_[column]), shown(path_), shown(seen_[column].no_number), seen_[column].where));
  }

  /// A blank only where a heading speaks of several: "traffic light" is one label.
  [[nodiscard]] std::optional<char> separator_of(std::size_t column, const std::string& heading) const {
    const Seen& seen = seen_[column];
    for (std::size_t i = 0; i < kLabelSeparators.size(); ++i)
      if (seen.separators.at(i)) return kLabelSeparators.at(i);
    return seen.blanks && is_among(kManyLabels, heading) ? std::optional(' ') : std::nullopt;
  }

  fs::path path_;
  CsvRow first_;
  bool has_header_ = false;
  std::vector<Seen> seen_;
};

}  // namespace

std::optional<bool> yes_or_no(const std::string& field) {
  constexpr std::array<std::string_view, 5> kYes = {"1", "1.0", "true", "True", "TRUE"};
  constexpr std::array<std::string_view, 6> kNo = {"0", "0.0", "false", "False", "FALSE", ""};
  if (std::ranges::find(kYes, field) != kYes.end()) return true;
  if (std::ranges::find(kNo, field) != kNo.end()) return false;
  return std::nullopt;
}

CsvColumns columns_of(const fs::path& path) {
  return Survey(path).columns();
}

}  // namespace tagloom::datasets
