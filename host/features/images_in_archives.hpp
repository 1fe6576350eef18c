#pragma once

/// The images of archives, for one command: opened together, and what is left out of all said in one
/// sentence.

#include "features/image_files.hpp"
#include "sources/open_archive.hpp"

#include <cstddef>
#include <filesystem>
#include <istream>
#include <span>
#include <string>
#include <vector>

namespace tagloom::features {

class ImagesInArchives {
 public:
  /// In the archive's order, each called `name`/MEMBER. An archive that is damaged, or cannot be read at all,
  /// yields one last image called `name`, which cannot be read and says so.
  [[nodiscard]] std::vector<ImageFile> of(const std::string& name, const std::filesystem::path& path);
  /// Those of a tar that `rest` yields after `beginning`, each called by its member's name alone: what comes
  /// through a pipe has no name. Throws DataError for a zip archive.
  [[nodiscard]] std::vector<ImageFile> of_stream(std::span<const std::byte> beginning, std::istream& rest);

  /// Empty if nothing was.
  [[nodiscard]] std::string left_out() const;

 private:
  sources::ArchiveOpener opener_;
  sources::LeftOut left_out_;
};

}  // namespace tagloom::features
