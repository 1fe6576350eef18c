#include "annotation/formats/text.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace tagloom::annotation {
namespace {

constexpr std::string_view kBelow = "\n    ";

/// Columns of a terminal, counted as characters of UTF-8: near enough for a break between two words.
std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

}  // namespace

std::string Text::lines(const Annotation& annotation) const {
  const auto width = static_cast<std::size_t>(width_);
  std::string text = shown(annotation.name) + ":";
  std::size_t used = columns(text);
  if (annotation.tags.empty()) text += " (no tags)";
  for (std::size_t i = 0; i < annotation.tags.size(); ++i) {
    const Tag& tag = annotation.tags[i];
    const bool last = i + 1 == annotation.tags.size();
    const std::string word = fmt::format("{} {:.2f}{}", shown(tag.label), tag.confidence, last ? "" : ",");
    if (width > 0 && used + 1 + columns(word) > width) {
      text += kBelow;
      used = kBelow.size() - 1;
    } else {
      text += ' ';
      ++used;
    }
    text += word;
    used += columns(word);
  }
  return text + '\n';
}

std::string Text::lines(const Unreadable& /*picture*/) const {
  return {};
}

}  // namespace tagloom::annotation
