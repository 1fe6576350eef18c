#pragma once

/// The images a cache is built from: those of a data set, or all below a folder.

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::features {

struct ImageFile {
  /// The name under which features are stored and found again.
  std::string name;
  std::filesystem::path path;
};

/// The training and test images of a data set in Corel-5k's layout. Throws DataError if one is missing.
std::vector<ImageFile> images_of_data_set(const std::filesystem::path& root);

/// All JPEG, PNG, BMP, TIFF and WebP files in a folder and the folders below it, sorted by name, each named
/// by its path relative to the folder. Throws DataError if the folder is missing, unreadable or holds none.
std::vector<ImageFile> images_below(const std::filesystem::path& folder);

}  // namespace tagloom::features
