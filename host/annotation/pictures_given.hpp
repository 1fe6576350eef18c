#pragma once

/// The pictures that a command line stands for: files, folders, and lists of paths.

#include "features/image_files.hpp"

#include <filesystem>
#include <istream>
#include <string>
#include <vector>

namespace tagloom::annotation {

struct PicturesGiven {
  /// In the order of what was given, each picture once; a folder's sorted by name.
  std::vector<features::ImageFile> files;
  /// What was left out of folders and why, a sentence each.
  std::vector<std::string> left_out;
};

/// Each of `given` is a picture, a folder (searched as features::images_below does), a text file with a path
/// a line, or "-": such a list in `standard_input`. What is a picture, its content says. A picture is named
/// by its path as it was given; below a folder that is given alone, by its path in it. Paths in a list start
/// in the working folder; whether they lead anywhere is found when they are read. Throws DataError for
/// something that is not there, is neither picture nor text, or holds no pictures.
PicturesGiven pictures_given(const std::vector<std::filesystem::path>& given, std::istream& standard_input);

}  // namespace tagloom::annotation
