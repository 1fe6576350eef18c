#pragma once

/// Packed tars, which can only be read from the beginning, and one from a stream, which can be read only
/// once.

#include "sources/libarchive/tar_index.hpp"
#include "sources/open_archive.hpp"

#include <tagloom/base/file.hpp>

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tagloom::sources {

class UnpackedTar;

/// The images of a packed tar as it was when it was looked through. The file stays open, so that another one
/// that takes its path meanwhile is not read in its place.
struct PackedImages {
  std::shared_ptr<const File> file;
  /// Which of the members they are, and what these are called.
  std::vector<std::uint64_t> numbers;
  std::vector<std::string> names;
};

/// What a command keeps of packed tars, since threads that go through a list are in several of them at once:
/// the two that were read from last, and up to 16 while they take less than 2 GiB of the disk. From several
/// threads at once.
class UnpackedTars {
 public:
  /// The one of these images, begun anew if it is not kept.
  [[nodiscard]] std::shared_ptr<UnpackedTar> of(const std::shared_ptr<const PackedImages>& images);

 private:
  struct Kept {
    std::shared_ptr<const PackedImages> images;
    std::shared_ptr<UnpackedTar> tar;
  };

  /// For one more.
  void make_room();

  std::mutex mutex_;
  /// The one that was used last is at the end.
  std::deque<Kept> kept_;
};

[[nodiscard]] std::shared_ptr<const Archive> packed_tar(std::shared_ptr<const File> file,
                                                        const TarIndex& index,
                                                        std::shared_ptr<UnpackedTars> unpacked);

}  // namespace tagloom::sources
