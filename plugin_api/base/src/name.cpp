#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace tagloom {
namespace {

/// The character that `bytes`, which are not empty, begin with.
struct Character {
  std::uint32_t code = 0;
  /// How many bytes it takes; 0 if the first is no UTF-8.
  std::size_t bytes = 0;
};

unsigned char at(std::string_view bytes, std::size_t i) {
  return static_cast<unsigned char>(bytes[i]);
}

/// As RFC 3629 has it: no longer forms, no surrogates, nothing beyond U+10FFFF.
Character first_character(std::string_view bytes) {
  const std::uint32_t lead = at(bytes, 0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes.size() < length) return {};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(bytes, i) & 0xC0U) != 0x80) return {};
    code = code << 6U | (at(bytes, i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? Character{} : Character{code, length};
}

struct Range {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

/// What a terminal obeys, what turns the direction of the text that follows, and what nobody sees, so that
/// two names look like one.
constexpr std::array kUnseen = {Range{0x00, 0x1F},     Range{0x7F, 0x9F},      Range{0xAD, 0xAD},
                                Range{0x61C, 0x61C},   Range{0x115F, 0x1160},  Range{0x180E, 0x180E},
                                Range{0x200B, 0x200F}, Range{0x2028, 0x202E},  Range{0x2060, 0x206F},
                                Range{0x3164, 0x3164}, Range{0xFEFF, 0xFEFF},  Range{0xFFA0, 0xFFA0},
                                Range{0xFFF9, 0xFFFB}, Range{0xE0000, 0xE0FFF}};

bool is_unseen(std::uint32_t code) {
  return std::ranges::any_of(kUnseen,
                             [&](const Range& range) { return code >= range.first && code <= range.last; });
}

/// Persian, the scripts of India and joined emoji are not spelt without these.
bool joins(std::uint32_t code, std::uint32_t before) {
  constexpr std::uint32_t kNonJoiner = 0x200C;
  constexpr std::uint32_t kJoiner = 0x200D;
  constexpr std::uint32_t kFirstOfArabic = 0x600;
  return (code == kNonJoiner || code == kJoiner) && before >= kFirstOfArabic && !is_unseen(before);
}

std::string escaped(std::string_view bytes) {
  if (bytes == "\n") return "\\n";
  if (bytes == "\r") return "\\r";
  if (bytes == "\t") return "\\t";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    text += fmt::format("\\x{:02x}", at(bytes, i));
  return text;
}

template <class Escapes>
std::string rewritten(std::string_view name, const Escapes& escapes) {
  std::string text;
  while (!name.empty()) {
    const Character character = first_character(name);
    const auto bytes = name.substr(0, character.bytes == 0 ? 1 : character.bytes);
    text += escapes(character) ? escaped(bytes) : std::string(bytes);
    name.remove_prefix(bytes.size());
  }
  return text;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = first_character(bytes).bytes;
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string shown(std::string_view name) {
  std::uint32_t before = 0;
  return rewritten(name, [&](const Character& first) {
    const bool joined = joins(first.code, std::exchange(before, first.code));
    return first.bytes == 0 || (is_unseen(first.code) && !joined);
  });
}

std::string shown_lines(std::string_view text) {
  std::string lines;
  while (true) {
    const auto end = text.find('\n');
    lines += shown(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    lines += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string stored_name(std::string_view name) {
  return rewritten(name, [](const Character& first) { return first.bytes == 0; });
}

}  // namespace tagloom
