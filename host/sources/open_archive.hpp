#pragma once

/// Archives of images as they come: tar, e.g. the shards of a WebDataset, plain or packed by gzip, bzip2, xz
/// or Zstandard; and zip.
///
/// Names of members are made stable: without "./" and a leading "/", with "up" for "..", and UTF-8
/// (stored_name). Of several members with one name a tar's last counts, as when it is unpacked, and a zip's
/// first. Links and what is hidden are left out, as are members that are no images and those of more than 2
/// GiB.

#include "sources/archive.hpp"
#include "sources/taken.hpp"

#include <cstddef>
#include <filesystem>
#include <istream>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tagloom::sources {

class UnpackedTars;

struct ArchiveImages {
  std::shared_ptr<const Archive> archive;
  /// The names of its images, in its order. The last is empty where the archive ends in damage: reading it
  /// throws what is to be said of that.
  std::vector<std::string> names;
  LeftOut left_out;
};

/// As many bytes as `is_archive` wants to see of a file that has them.
inline constexpr std::size_t kArchiveBytes = 512;
/// Whether a file is an archive of a kind that is read, by its beginning.
[[nodiscard]] bool is_archive(std::span<const std::byte> beginning);
/// By its name.
[[nodiscard]] bool named_as_archive(const std::filesystem::path& path);

/// Opens archives for one command, which share room on the disk: a packed tar is unpacked to a temporary
/// file as far as its images are read, and that is kept of the last two, or up to 16 while they take less
/// than 2 GiB. Archives outlive it.
class ArchiveOpener {
 public:
  ArchiveOpener();

  /// Looks through an archive: a plain tar from header to header, a packed one as a whole. Never throws for
  /// what is wrong with the archive, but lists what comes before the damage. Takes some 16 bytes of memory an
  /// image beside its name.
  [[nodiscard]] ArchiveImages open(const std::filesystem::path& path) const;
  /// A tar, plain or packed, that `rest` yields after `beginning`, to the end: unpacked to a temporary file.
  [[nodiscard]] ArchiveImages open_stream(std::span<const std::byte> beginning, std::istream& rest) const;

 private:
  std::shared_ptr<UnpackedTars> unpacked_;
};

}  // namespace tagloom::sources
