#pragma once

/// Data sets as they lie on a disk, in whichever of the layouts that docs/datasets.md describes.

#include <tagloom/datasets/dataset.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

/// What `ReadOptions::layout` may be; "auto" for the one that the files which are there tell.
inline constexpr std::array<std::string_view, 8> kLayoutNames = {"auto",       "corel5k", "coco", "voc",
                                                                 "openimages", "csv",     "list", "folders"};

struct ReadOptions {
  std::string layout = "auto";
  /// The share of the images that becomes the test split of a data set without one (split.hpp); 0: none.
  double test_fraction = 0.2;
  /// Another seed draws others.
  std::uint64_t split_seed = 1;
};

/// The data set at `path`, a folder or a file of labels; the images themselves need not be there (see
/// check_images). Labels of several files are the same where their names are. The order of the labels is that
/// of the list of labels, where the layout has one, else that of the alphabet. A validation split without a
/// test split is the test split, as in the field. Throws UsageError for an option that is out of range or
/// that would split what has a test split already, and DataError, naming file, line or entry, for files that
/// are missing or malformed, if nothing at `path` is of a known layout, or more than one is.
[[nodiscard]] Dataset read(const std::filesystem::path& path, const ReadOptions& options = {});

/// What a data set reads, so that nothing else is written there.
struct DatasetFiles {
  /// Also those that need not be there.
  std::vector<std::filesystem::path> files;
  /// Every file below is the data set's.
  std::vector<std::filesystem::path> folders;
};

/// Nothing where there is no data set, or one that cannot be read.
[[nodiscard]] DatasetFiles files_of(const std::filesystem::path& path, const std::string& layout = "auto");

}  // namespace tagloom::datasets
