#pragma once

/// The images that a command line stands for: files, folders, archives, and lists of paths.

#include "features/image_files.hpp"

#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace tagloom::features {

struct ImagesGiven {
  /// In the order of what was given, each image once; a folder's sorted by name, an archive's in its order.
  std::vector<ImageFile> files;
  /// What was left out of folders and archives and why, a sentence each; that files were given in two
  /// spellings (`a.jpg`, `./a.jpg`), and taken by the first, too.
  std::vector<std::string> left_out;
};

/// Each of `given` is an image, an archive (sources/open_archive.hpp), a folder (searched as images_below
/// does), a text file with a path a line, or "-": such a list, or a tar archive, in `standard_input`. What is
/// what, its content says.
///
/// An image is named by its path as it was given; below a folder that is given alone, by its path in it; in
/// an archive ARCHIVE/MEMBER, with the archive's own name without its folders, so that it is the same
/// wherever the archive lies; in a tar on standard input by the member's name alone. Paths in a list start in
/// the working folder and may be archives, which their names tell; whether they lead anywhere is found when
/// they are read.
///
/// Throws DataError for something that is not there, cannot be read, is none of these or holds no images, and
/// for two files whose images would have one name.
[[nodiscard]] ImagesGiven images_given(const std::vector<std::filesystem::path>& given,
                                       std::istream& standard_input);

}  // namespace tagloom::features
