#include "images/raw_profile.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <zlib.h>

namespace tagloom::datasets {
namespace {

using namespace std::string_view_literals;

/// The text behind the name of a raw profile.
std::optional<std::string_view> after_name(std::string_view text) {
  for (const auto name : {"Raw profile type exif\0"sv, "Raw profile type APP1\0"sv})
    if (text.starts_with(name)) return text.substr(name.size());
  return std::nullopt;
}

/// The beginning of a packed text, which has the orientation: Exif's own limit is 64 KiB.
std::string unpacked(std::string_view packed) {
  std::string text(std::size_t{256} << 10U, '\0');
  uLongf length = text.size();
  // Whatever ends it early, a damaged picture's own bytes will tell.
  uncompress(reinterpret_cast<Bytef*>(text.data()), &length, reinterpret_cast<const Bytef*>(packed.data()),
             packed.size());
  text.resize(length);
  return text;
}

std::optional<unsigned> hexadecimal(char digit) {
  constexpr auto kDigits = "0123456789abcdef"sv;
  const auto value = kDigits.find(digit);
  return value == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(value));
}

/// A line with the profile's name, one with its length, and its bytes in lines of hexadecimal digits.
std::vector<std::byte> block_of(std::string_view text) {
  for (int line = 0; line < 3; ++line)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  std::vector<std::byte> block;
  std::optional<unsigned> upper;
  for (const char c : text) {
    const auto digit = hexadecimal(c);
    if (!digit) continue;
    if (upper) block.push_back(static_cast<std::byte>(*upper << 4U | *digit));
    upper = upper ? std::nullopt : digit;
  }
  return block;
}

}  // namespace

std::vector<std::byte> exif_of_text(const PngChunks::Chunk& chunk) {
  const std::string_view content(reinterpret_cast<const char*>(chunk.content.data()), chunk.content.size());
  const auto text = after_name(content);
  if (!text || text->empty()) return {};
  if (chunk.type == "tEXt") return block_of(*text);
  // The packing's number comes first, and there is one only.
  if (chunk.type == "zTXt") return block_of(unpacked(text->substr(1)));
  return {};
}

}  // namespace tagloom::datasets
