#include <tagloom/base/name.hpp>
#include <tagloom/base/zip_archive.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <minizip/unzip.h>
#include <optional>
#include <unordered_map>
#include <utility>

namespace tagloom {
namespace {

constexpr std::uint16_t kEncryptedFlag = 1;
constexpr std::size_t kLongestName = 4096;

/// How many entries an archive's last record counts, which must go up to the end of the file: minizip also
/// takes what was cut within it. Nothing if there is none.
std::optional<std::size_t> entries_at_end(const File& file) {
  constexpr std::size_t kRecord = 22;
  constexpr std::size_t kLongestComment = 65535;
  const auto bytes =
      static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), kRecord + kLongestComment));
  std::string tail(bytes, '\0');
  file.read_at(std::as_writable_bytes(std::span(tail)), file.size() - bytes);
  const std::size_t at = tail.rfind("PK\x05\x06");
  if (at == std::string::npos || bytes - at < kRecord) return std::nullopt;
  const auto number_at = [&](std::size_t i) {
    return static_cast<unsigned char>(tail[at + i]) +
           std::size_t{256} * static_cast<unsigned char>(tail[at + i + 1]);
  };
  if (bytes - at != kRecord + number_at(20)) return std::nullopt;
  return number_at(10);
}

/// As the format's specification numbers them; minizip unpacks `kStored` and `kDeflated`.
constexpr unsigned long kStored = 0;
constexpr unsigned long kDeflated = 8;

std::string method_name(unsigned long method) {
  switch (method) {
    case 9:
      return "Deflate64";
    case 12:
      return "bzip2";
    case 14:
      return "LZMA";
    case 93:
      return "Zstandard";
    case 95:
      return "xz";
    case 98:
      return "PPMd";
    default:
      return fmt::format("method {}", method);
  }
}

}  // namespace

struct ZipArchive::Reader {
  explicit Reader(const std::filesystem::path& path) : file(unzOpen64(path.c_str())) {}
  ~Reader() {
    if (file != nullptr) unzClose(file);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  unzFile file;
  const Entry* opened = nullptr;
  /// By name, the first of those that share one; where it lies in `entries_` and in the archive.
  struct Place {
    std::size_t index = 0;
    unz64_file_pos position{};
  };
  std::unordered_map<std::string, Place> places;
};

ZipArchive::ZipArchive(std::filesystem::path path) : path_(std::move(path)) {
  // Says what is wrong with a path, which minizip does not, and refuses what would make it wait.
  const auto entries = entries_at_end(File(path_, File::Mode::read));
  if (!entries) damaged("its end is missing");
  reader_ = std::make_unique<Reader>(path_);
  // minizip does not open an archive that is nothing but its last record.
  if (reader_->file == nullptr && *entries == 0) return;
  if (reader_->file == nullptr) damaged("its directory is missing");
  int status = unzGoToFirstFile(reader_->file);
  for (; status == UNZ_OK; status = unzGoToNextFile(reader_->file)) {
    std::array<char, kLongestName + 1> name{};
    unz_file_info64 info{};
    Reader::Place place{.index = entries_.size()};
    if (unzGetCurrentFileInfo64(reader_->file, &info, name.data(), kLongestName, nullptr, 0, nullptr, 0) !=
            UNZ_OK ||
        unzGetFilePos64(reader_->file, &place.position) != UNZ_OK)
      damaged("its directory is damaged");
    const std::string text(name.data());
    if (text.empty() || text.ends_with('/')) continue;
    entries_.push_back({.name = text,
                        .bytes = info.uncompressed_size,
                        .packed_bytes = info.compressed_size,
                        .compressed = info.compression_method != kStored});
    reader_->places.emplace(text, place);
  }
  if (status != UNZ_END_OF_LIST_OF_FILE) damaged("its directory is damaged");
}

ZipArchive::~ZipArchive() = default;

const ZipArchive::Entry* ZipArchive::find(std::string_view name) const {
  const auto found = reader_->places.find(std::string(name));
  return found == reader_->places.end() ? nullptr : &entries_[found->second.index];
}

void ZipArchive::open(const Entry& entry) {
  if (reader_->opened != nullptr) unzCloseCurrentFile(reader_->file);
  reader_->opened = nullptr;
  const auto place = reader_->places.find(entry.name);
  unz_file_info64 info{};
  if (place == reader_->places.end() || unzGoToFilePos64(reader_->file, &place->second.position) != UNZ_OK ||
      unzGetCurrentFileInfo64(reader_->file, &info, nullptr, 0, nullptr, 0, nullptr, 0) != UNZ_OK)
    damaged("its directory is damaged");
  if ((info.flag & kEncryptedFlag) != 0)
    throw DataError(
        fmt::format("{} is encrypted; unpack it with its password and give what is inside.", shown(path_)));
  if (info.compression_method != kStored && info.compression_method != kDeflated)
    throw DataError(fmt::format(
        "{} in {} is packed by {}, which is not read; unpack the archive and give what is inside.",
        shown(entry.name), shown(path_), method_name(info.compression_method)));
  if (unzOpenCurrentFile(reader_->file) != UNZ_OK)
    damaged(fmt::format("{} in it cannot be unpacked", shown(entry.name)));
  reader_->opened = &entry;
}

std::size_t ZipArchive::read(std::span<std::byte> bytes) {
  // minizip counts in an int.
  constexpr std::size_t kMostAtOnce = 1U << 30U;
  std::size_t done = 0;
  while (done < bytes.size() && reader_->opened != nullptr) {
    const auto part = bytes.subspan(done, std::min(bytes.size() - done, kMostAtOnce));
    const int got = unzReadCurrentFile(reader_->file, part.data(), static_cast<unsigned>(part.size()));
    const bool ended = unzeof(reader_->file) == 1;
    if (got < 0 || (got == 0 && !ended))
      damaged(fmt::format("{} in it cannot be unpacked", shown(reader_->opened->name)));
    done += static_cast<std::size_t>(got);
    if (!ended) continue;
    const std::string& name = std::exchange(reader_->opened, nullptr)->name;
    if (unzCloseCurrentFile(reader_->file) != UNZ_OK)
      damaged(fmt::format("{} in it does not match its checksum", shown(name)));
  }
  return done;
}

void ZipArchive::damaged(std::string_view reason) const {
  throw DamagedFile(
      fmt::format("{} is a damaged zip archive: {}; copy or fetch it again.", shown(path_), reason));
}

}  // namespace tagloom
