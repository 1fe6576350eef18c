#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tagloom::runtime {

struct Wrapping {
  std::size_t width = 80;
  /// Blanks before the first line and before the others.
  std::size_t first_indent = 0;
  std::size_t indent = 0;
  /// Behind every line but the last.
  std::string_view continued = "";
};

/// Words in lines of at most `width` columns, each ended; a word that is longer has a line to itself.
[[nodiscard]] std::string wrapped(std::string_view text, const Wrapping& wrapping);

/// Two columns: `left`, and `right` wrapped from column `start` on, below `left` where that is too long.
[[nodiscard]] std::string entry(std::string_view left, std::string_view right, std::size_t start,
                                std::size_t width);

}  // namespace tagloom::runtime
