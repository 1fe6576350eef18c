#pragma once

/// The images a cache is built from: those of a data set, or all below a folder.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::features {

struct ImageFile {
  /// The name under which features are stored and found again: UTF-8 (stored_name of base/name.hpp).
  std::string name;
  std::filesystem::path path;
};

struct ImagesOfDataSet {
  std::vector<ImageFile> files;
  /// Whose files have their name in another spelling than the label file has it.
  std::int64_t other_spellings = 0;
};

/// The training and test images of a data set in Corel-5k's layout. Throws DataError if one is missing,
/// unless that is allowed: then it is found when it is read.
ImagesOfDataSet images_of_data_set(const std::filesystem::path& root, bool may_be_missing = false);

struct ImagesBelow {
  std::vector<ImageFile> files;
  /// What was left out and why, in one sentence with counts and a name or two of each kind; empty if nothing
  /// was.
  std::string left_out;
};

/// All images in a folder and the folders below it, sorted by name, each named by its path relative to the
/// folder. What is an image, its content says; a file that only its name calls one is kept, so that it is
/// reported as one that cannot be read. Left out are other files, pictures of formats that are not read, and
/// what is hidden. Throws DataError if the folder is missing, unreadable or holds no image.
ImagesBelow images_below(const std::filesystem::path& folder);

}  // namespace tagloom::features
