#pragma once

/// The lines of a text of any length.

#include "vectors/text_source.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

class TextLines {
 public:
  /// A path as `open_text` takes it.
  explicit TextLines(const std::filesystem::path& path);

  /// How the text begins: some hundred kilobytes of it. Before the first `next`.
  [[nodiscard]] std::string_view beginning() const { return {buffer_.data() + begin_, end_ - begin_}; }

  /// The next line without its end, valid until the next call; nothing after the last. Throws DataError if
  /// the file is damaged, or has a line that no text would have.
  std::optional<std::string_view> next();
  /// How many lines `next` has returned.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  bool fill();
  [[nodiscard]] std::size_t find_end(std::size_t from) const;

  std::string name_;
  std::unique_ptr<TextSource> source_;
  std::vector<char> buffer_;
  char line_end_ = '\n';
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t number_ = 0;
};

}  // namespace tagloom::datasets
