#include "drawing/fitted_text.hpp"

#include <cstddef>
#include <vector>

namespace tagloom::drawing {
namespace {

constexpr std::string_view kEllipsis = "\u2026";

/// Where characters begin, and the text's end.
std::vector<std::size_t> boundaries(std::string_view text) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) != 0x80U) found.push_back(i);
  found.push_back(text.size());
  return found;
}

}  // namespace

std::string fitted(std::string_view text, int width, int size, const Typeface& typeface, Cut cut) {
  if (typeface.width(text, size) <= width) return std::string(text);
  const std::vector<std::size_t> at = boundaries(text);
  const auto with = [&](std::size_t characters) {
    if (cut == Cut::end) return std::string(text.substr(0, at[characters])).append(kEllipsis);
    return std::string(kEllipsis).append(text.substr(at[at.size() - 1 - characters]));
  };
  // As many as fit, by halves: names may have thousands of characters.
  std::size_t fit = 0;
  std::size_t too_many = at.size() - 1;
  while (too_many - fit > 1) {
    const std::size_t middle = (fit + too_many) / 2;
    (typeface.width(with(middle), size) <= width ? fit : too_many) = middle;
  }
  return with(fit);
}

}  // namespace tagloom::drawing
