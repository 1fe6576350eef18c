#pragma once

/// What the columns of a table of images are.

#include "layouts/csv_rows.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::datasets {

struct CsvColumns {
  bool has_header = false;
  /// In every row below a header; without one, rows may have any number.
  std::size_t fields = 0;
  std::size_t name = 0;
  /// Columns that hold labels, several in a field where there is a separator.
  std::vector<std::size_t> lists = {};
  /// Without a header, every column from `name` + 1 on is one, in however many a row has.
  bool all_are_lists = false;
  std::optional<char> separator = {};
  /// Columns that are 1 where an image has the label that heads them.
  std::vector<std::pair<std::size_t, std::string>> one_hot = {};
  /// A column that says which split a row is of, or is true for validation.
  std::optional<std::size_t> split = {};

  [[nodiscard]] bool has_labels() const { return all_are_lists || !lists.empty() || !one_hot.empty(); }
};

/// Reads the table once to know them. Throws DataError if its rows contradict each other, or if columns are
/// of no kind known.
[[nodiscard]] CsvColumns columns_of(const std::filesystem::path& path);

/// Whether a field of a one-hot column means yes or no; nothing if neither.
[[nodiscard]] std::optional<bool> yes_or_no(const std::string& field);

}  // namespace tagloom::datasets
