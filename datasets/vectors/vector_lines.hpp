#pragma once

/// The lines of a text file of word vectors: a word and its numbers, separated by spaces or tabs. A first
/// line with the count of words and of numbers, as word2vec and fastText write, is passed over, and so are
/// blank lines. A word may have spaces in it ("san francisco", ". . ."): it is all but the last numbers of
/// its line.

#include "vectors/text_lines.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

class VectorLines {
 public:
  struct Line {
    std::string_view word;
    /// Not yet known to be numbers: most lines are only counted through.
    std::string_view numbers;
  };

  /// Throws DataError, saying what the file is, if it is no such text.
  explicit VectorLines(const std::filesystem::path& path);

  [[nodiscard]] std::int64_t dimension() const { return dimension_; }
  /// Valid until the next call. Throws DataError for a line with fewer numbers than the others.
  std::optional<Line> next();

  /// Those of the last line. Throws DataError if they are not numbers of a usual size, as many as on other
  /// lines.
  [[nodiscard]] std::vector<float> numbers_of(const Line& line) const;
  /// Throws DataError if the last line rather has a number too many than a word with a number at its end.
  void refuse_surplus(const Line& line) const;

 private:
  [[noreturn]] void malformed(const Line& line) const;

  std::string name_;
  TextLines lines_;
  std::int64_t dimension_ = 0;
  bool has_header_ = false;
};

}  // namespace tagloom::datasets
