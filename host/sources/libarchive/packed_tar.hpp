#pragma once

/// Packed tars, which can only be read from the beginning, and one from a stream, which can be read only
/// once.

#include "sources/libarchive/tar_index.hpp"
#include "sources/open_archive.hpp"

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

namespace tagloom::sources {

class UnpackedTar;

/// What a command keeps of packed tars, since threads that go through a list are in several of them at once:
/// the two that were read from last, and up to 16 while they take less than 2 GiB of the disk. From several
/// threads at once.
class UnpackedTars {
 public:
  /// The one of this path, begun anew if it is not kept. `images` are the numbers of the members that are.
  [[nodiscard]] std::shared_ptr<UnpackedTar> of(const std::filesystem::path& path,
                                                const std::vector<std::uint64_t>& images);

 private:
  struct Kept {
    std::filesystem::path path;
    std::shared_ptr<UnpackedTar> tar;
  };

  /// For one more.
  void make_room();

  std::mutex mutex_;
  /// The one that was used last is at the end.
  std::deque<Kept> kept_;
};

[[nodiscard]] std::shared_ptr<const Archive> packed_tar(std::filesystem::path path, const TarIndex& index,
                                                        std::shared_ptr<UnpackedTars> unpacked);

}  // namespace tagloom::sources
