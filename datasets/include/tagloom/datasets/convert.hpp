#pragma once

/// A data set of any layout, written in that of Corel-5k, which every version of tagloom and much else reads.

#include <tagloom/datasets/dataset.hpp>

#include <filesystem>

namespace tagloom::datasets {

enum class ImageTransfer {
  /// Symbolic links to where the images are: no time and no space, but they must stay there.
  link,
  copy
};

/// Writes train.json, validation.json, test.json (of splits that have images), vocabulary.txt, images/ and
/// converted.json, which says what was converted, into the folder `root`. The folder is made beside its final
/// name and renamed when whole. Throws DataError if an image is missing, the disk full, or something other
/// than an empty folder has the name.
void write_corel5k(const Dataset& dataset, const std::filesystem::path& root,
                   ImageTransfer transfer = ImageTransfer::link);

}  // namespace tagloom::datasets
