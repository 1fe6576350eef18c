#pragma once

/// Tables as text: fields between commas, tabs or semicolons, quoted as RFC 4180 says.

#include "layouts/file_buffer.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::datasets {

using CsvRow = std::vector<std::string>;

class CsvRows {
 public:
  /// The separator is the first of tab, comma and semicolon that the first line has outside quotes. Throws
  /// DataError if the file is missing, or plainly no text.
  explicit CsvRows(const std::filesystem::path& path);

  /// The next row that is not empty; nothing behind the last. Fields are without the blanks around them,
  /// unless they are quoted. Throws DataError for a quote that is not closed, a field that no table would
  /// have, and bytes that are no UTF-8.
  std::optional<CsvRow> next();
  /// The line where that row begins, from 1.
  [[nodiscard]] std::size_t line() const { return line_; }
  /// "line 3 of labels.csv".
  [[nodiscard]] std::string where() const;

 private:
  enum class End { field, row, file };
  End read_field(std::string& field);
  void read_quoted(std::string& field);

  std::filesystem::path path_;
  FileBuffer text_;
  char separator_;
  /// Where the row at hand begins, and where reading is.
  std::size_t line_ = 1;
  std::size_t line_at_ = 1;
};

}  // namespace tagloom::datasets
