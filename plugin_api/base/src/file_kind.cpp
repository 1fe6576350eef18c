#include <tagloom/base/file_kind.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace tagloom {
namespace {

using namespace std::string_view_literals;

struct Beginning {
  std::string_view bytes;
  std::string_view kind;
};

constexpr std::array kBeginnings = {
    Beginning{"PK\x03\x04"sv, "a zip archive"},
    Beginning{"PK\x05\x06"sv, "an empty zip archive"},
    Beginning{"\x1f\x8b"sv, "a gzip file"},
    Beginning{"BZh"sv, "a bzip2 file"},
    Beginning{"\xfd\x37zXZ"sv, "an xz file"},
    Beginning{"\x28\xb5\x2f\xfd"sv, "a zstd file"},
    Beginning{"7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive"},
    Beginning{"Rar!"sv, "a RAR archive"},
    Beginning{"\x93NUMPY"sv, "a NumPy array"},
    Beginning{"\x89HDF\r\n"sv, "an HDF5 file"},
    Beginning{"PAR1"sv, "a Parquet file"},
    Beginning{"%PDF"sv, "a PDF"},
    Beginning{"\x7f"
              "ELF"sv,
              "a program or a library"},
    Beginning{"\xff\xd8\xff"sv, "a JPEG"},
    Beginning{"\x89PNG"sv, "a PNG"},
    // Before UTF-16, whose mark it begins with.
    Beginning{"\xff\xfe\0\0"sv, "UTF-32 text"},
    Beginning{"\0\0\xfe\xff"sv, "UTF-32 text"},
    Beginning{"\xff\xfe"sv, "UTF-16 text"},
    Beginning{"\xfe\xff"sv, "UTF-16 text"},
    Beginning{"\xba\x16\x4f\x2f"sv, "a binary fastText model"},
    Beginning{"version https://git-lfs"sv,
              "a pointer of Git LFS, whose content was not fetched (git lfs pull)"},
};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  });
  return lower;
}

bool is_page(std::string_view beginning) {
  const std::size_t text = beginning.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (text == std::string_view::npos) return false;
  const std::string start = lower_case(beginning.substr(text, 200));
  return start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<head") ||
         (start.starts_with("<?xml") && start.find("html") != std::string::npos);
}

bool is_tar(std::string_view beginning) {
  constexpr std::size_t kMagicAt = 257;
  return beginning.size() > kMagicAt && beginning.substr(kMagicAt).starts_with("ustar");
}

/// Without its mark: ASCII and zeros in turn.
bool is_utf16(std::string_view beginning) {
  constexpr std::size_t kBytes = 8;
  if (beginning.size() < kBytes) return false;
  const auto is_ascii = [](char letter) { return letter == '\n' || (letter >= ' ' && letter <= '~'); };
  for (const std::size_t first : {0U, 1U}) {
    bool in_turn = true;
    for (std::size_t i = 0; i < kBytes; ++i)
      in_turn = in_turn && (i % 2 == first ? is_ascii(beginning[i]) : beginning[i] == '\0');
    if (in_turn) return true;
  }
  return false;
}

}  // namespace

std::string_view file_kind(std::string_view beginning) {
  if (beginning.empty()) return "an empty file";
  for (const Beginning& known : kBeginnings)
    if (beginning.starts_with(known.bytes)) return known.kind;
  if (is_page(beginning)) return "an HTML page";
  if (is_tar(beginning)) return "a tar archive";
  if (is_utf16(beginning)) return "UTF-16 text";
  // Its protocol's number follows.
  if (beginning.size() > 1 && beginning[0] == '\x80' && beginning[1] > 1 && beginning[1] < 6)
    return "a Python pickle";
  return {};
}

std::string_view file_kind(const File& file) {
  constexpr std::uint64_t kEnough = 512;
  std::string beginning(std::min(file.size(), kEnough), '\0');
  file.read_at(std::as_writable_bytes(std::span(beginning)), 0);
  return file_kind(std::string_view(beginning));
}

}  // namespace tagloom
