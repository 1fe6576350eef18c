#include "sources/open_archive.hpp"

#include "sources/damaged_end.hpp"
#include "sources/tar.hpp"
#include "sources/zip.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tagloom::sources {
namespace {

using namespace std::string_view_literals;

bool begins_with(std::span<const std::byte> bytes, std::string_view magic) {
  return bytes.size() >= magic.size() &&
         std::ranges::equal(bytes.first(magic.size()), std::as_bytes(std::span(magic)));
}

bool is_zip(std::span<const std::byte> beginning) {
  return begins_with(beginning, "PK\3\4"sv) || begins_with(beginning, "PK\5\6"sv);
}

bool is_packed(std::span<const std::byte> beginning) {
  constexpr std::array kMagics = {"\x1F\x8B"sv, "BZh"sv,
                                  "\xFD"
                                  "7zXZ\0"sv,
                                  "\x28\xB5\x2F\xFD"sv};
  return std::ranges::any_of(kMagics, [&](std::string_view magic) { return begins_with(beginning, magic); });
}

bool is_tar(std::span<const std::byte> beginning) {
  // The oldest tars have no such word; none of today's programs writes them.
  constexpr std::size_t kMagicAt = 257;
  return beginning.size() > kMagicAt && begins_with(beginning.subspan(kMagicAt), "ustar"sv);
}

std::vector<std::byte> beginning_of(const std::filesystem::path& path) {
  const File file(path, File::Mode::read);
  std::vector<std::byte> beginning(std::min<std::uint64_t>(kArchiveBytes, file.size()));
  file.read_at(beginning, 0);
  return beginning;
}

}  // namespace

bool is_archive(std::span<const std::byte> beginning) {
  return is_zip(beginning) || is_packed(beginning) || is_tar(beginning);
}

bool named_as_archive(const std::filesystem::path& path) {
  constexpr std::array kEndings = {".tar"sv,     ".tar.gz"sv, ".tgz"sv,    ".tar.zst"sv, ".tzst"sv,
                                   ".tar.bz2"sv, ".tbz2"sv,   ".tar.xz"sv, ".txz"sv,     ".zip"sv};
  std::string name = path.filename().string();
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kEndings, [&](std::string_view ending) { return name.ends_with(ending); });
}

ArchiveOpener::ArchiveOpener() : unpacked_(no_unpacked_tars()) {}

ArchiveImages ArchiveOpener::open(const std::filesystem::path& path) const {
  try {
    return is_zip(beginning_of(path)) ? open_zip(path) : open_tar(path, unpacked_);
  } catch (const DataError& error) {
    return with_damaged_end({}, error.what());
  }
}

ArchiveImages ArchiveOpener::open_stream(std::span<const std::byte> beginning, std::istream& rest) const {
  if (is_zip(beginning))
    throw DataError(
        "a zip archive cannot be read from standard input, since its directory is at its end; give its path, "
        "or pipe a tar archive.");
  return open_tar_stream(beginning, rest);
}

}  // namespace tagloom::sources
