#include "vectors/text_source.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/zip_archive.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>
#include <zlib.h>

namespace tagloom::datasets {
namespace {

/// zlib reads what is no gzip as it is; a pipe will do.
class PlainOrGzip : public TextSource {
 public:
  explicit PlainOrGzip(const std::filesystem::path& path)
      : name_(shown(path)), file_(gzopen(path.c_str(), "rb")) {
    if (file_ == nullptr || std::filesystem::is_directory(path)) {
      const std::string reason = std::generic_category().message(file_ == nullptr ? errno : EISDIR);
      if (file_ != nullptr) gzclose(file_);
      throw DataError(
          fmt::format("The word vectors {} cannot be opened: {}; check the path.", name_, reason));
    }
    // Reads of twice that go past it, straight to where they are wanted.
    gzbuffer(file_, 1U << 17U);
  }
  ~PlainOrGzip() override { gzclose(file_); }

  std::size_t read(std::span<char> bytes) override {
    const int got = gzread(file_, bytes.data(), static_cast<unsigned>(bytes.size()));
    int error = Z_OK;
    gzerror(file_, &error);
    if (error == Z_ERRNO)
      throw DataError(
          fmt::format("The word vectors {} cannot be read to the end: {}; copy or fetch the file again.",
                      name_, std::generic_category().message(errno)));
    // Z_BUF_ERROR: a gzip file that ends too early.
    if (got < 0 || error != Z_OK)
      throw DamagedFile(
          fmt::format("The word vectors {} are a damaged gzip file; copy or fetch it again.", name_));
    return static_cast<std::size_t>(got);
  }

 private:
  std::string name_;
  gzFile file_;
};

class ZipEntry : public TextSource {
 public:
  ZipEntry(const std::filesystem::path& path, std::string_view name) : archive_(path) {
    if (names().empty())
      throw DataError(fmt::format("{} is an empty zip archive; fetch it again.", shown(path)));
    archive_.open(name.empty() ? only_entry() : named_entry(name));
  }

  std::size_t read(std::span<char> bytes) override { return archive_.read(std::as_writable_bytes(bytes)); }

 private:
  /// Without what macOS adds to archives.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const ZipArchive::Entry& entry : archive_.entries())
      if (!entry.name.starts_with("__MACOSX/") && !entry.name.ends_with(".DS_Store"))
        names.push_back(entry.name);
    return names;
  }

  [[nodiscard]] std::string listed() const {
    std::vector<std::string> listed = names();
    constexpr std::size_t kMost = 8;
    const bool more = listed.size() > kMost;
    if (more) listed.resize(kMost);
    for (std::string& name : listed)
      name = shown(name);
    return fmt::format("{}{}", fmt::join(listed, ", "), more ? ", ..." : "");
  }

  [[nodiscard]] const ZipArchive::Entry& only_entry() const {
    const std::vector<std::string> all = names();
    const std::string archive = shown(archive_.path());
    if (all.size() > 1)
      throw DataError(fmt::format("{} holds {} files ({}); name one of them, as in {}/{}.", archive,
                                  all.size(), listed(), archive, shown(all.back())));
    return *archive_.find(all.front());
  }

  [[nodiscard]] const ZipArchive::Entry& named_entry(std::string_view name) const {
    if (const ZipArchive::Entry* entry = archive_.find(name)) return *entry;
    throw DataError(fmt::format("{} holds no file {}, but {}; name one of those.", shown(archive_.path()),
                                shown(name), listed()));
  }

  ZipArchive archive_;
};

/// The archive in whose place a path has a folder; nothing if there is none.
std::filesystem::path archive_in(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return {};
  for (auto folder = path.parent_path(); !folder.empty() && folder != folder.root_path();
       folder = folder.parent_path())
    if (std::filesystem::is_regular_file(folder, ignored)) return folder;
  return {};
}

bool is_zip(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  const File file(path, File::Mode::read);
  std::string beginning(std::min<std::uint64_t>(file.size(), 4), '\0');
  file.read_at(std::as_writable_bytes(std::span(beginning)), 0);
  return beginning == "PK\x03\x04" || beginning == "PK\x05\x06";
}

}  // namespace

std::unique_ptr<TextSource> open_text(const std::filesystem::path& path) {
  const std::filesystem::path archive = archive_in(path);
  if (!archive.empty() && is_zip(archive))
    return std::make_unique<ZipEntry>(archive, path.lexically_relative(archive).string());
  if (is_zip(path)) return std::make_unique<ZipEntry>(path, "");
  return std::make_unique<PlainOrGzip>(path);
}

}  // namespace tagloom::datasets
