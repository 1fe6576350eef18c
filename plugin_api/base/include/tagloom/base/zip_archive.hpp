#pragma once

/// Zip archives, read through minizip: the weights that torch.save writes, word vectors as they are
/// distributed. Nothing is unpacked to the disk, so no name in an archive can lead anywhere.

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom {

class TAGLOOM_API ZipArchive {
 public:
  struct Entry {
    std::string name;
    /// When unpacked, as the archive claims.
    std::uint64_t bytes = 0;
    /// As it lies in the archive.
    std::uint64_t packed_bytes = 0;
    bool compressed = false;
  };

  /// Throws DamagedFile if the file is no whole archive, DataError if it cannot be read.
  explicit ZipArchive(std::filesystem::path path);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// In the archive's order; folders are left out.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  /// Null if there is none.
  [[nodiscard]] const Entry* find(std::string_view name) const;

  /// What `read` reads from now on, from its beginning. Throws DamagedFile, or DataError if the entry is
  /// encrypted or packed by anything but Deflate.
  void open(const Entry& entry);
  /// Fills `bytes` as far as the entry goes and returns how many there were; fewer than asked only at its
  /// end. Throws DamagedFile if the entry's bytes are not those that were packed, which is known at its end.
  std::size_t read(std::span<std::byte> bytes);

 private:
  struct Reader;

  [[noreturn]] void damaged(std::string_view reason) const;

  std::filesystem::path path_;
  std::unique_ptr<Reader> reader_;
  std::vector<Entry> entries_;
};

}  // namespace tagloom
