#pragma once

/// The lines of a text list, in words.

#include "layouts/file_buffer.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::datasets {

class WordLines {
 public:
  /// Throws DataError if the file is missing, or plainly no text.
  explicit WordLines(const std::filesystem::path& path);

  /// The words of the next line that has any: between tabs if it has a tab, else between blanks. Nothing
  /// behind the last. Throws DataError for a line that no text would have, or that is no UTF-8.
  std::optional<std::vector<std::string>> next();
  /// Which line that was, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  bool read_line();

  std::filesystem::path path_;
  FileBuffer buffer_;
  std::string line_;
  std::size_t number_ = 0;
};

}  // namespace tagloom::datasets
