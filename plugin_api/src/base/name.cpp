#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <cstdint>

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

/// Also the marks by which a terminal turns the direction of what follows.
bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
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
  return rewritten(name, [](const Character& first) { return first.bytes == 0 || is_control(first.code); });
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
