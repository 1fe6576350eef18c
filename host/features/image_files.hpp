#pragma once

/// The images a cache is built from: those of a data set, or all below a folder.

#include "sources/archive.hpp"

#include <tagloom/datasets/images/image.hpp>
#include <tagloom/datasets/read.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tagloom::datasets {
struct DecodeOptions;
struct LoadedImage;
}  // namespace tagloom::datasets

namespace tagloom::features {

struct ImageFile {
  /// The name under which features are stored and found again: UTF-8 (stored_name of base/name.hpp).
  std::string name;
  /// Where the image lies, or the archive that it is a member of.
  std::filesystem::path path;
  std::shared_ptr<const sources::Archive> archive = nullptr;
  /// Which member of the archive it is.
  std::size_t member = 0;
  /// For a picture that is in memory: gives its pixels, as datasets::load_image does those of a file, from
  /// any thread.
  std::function<datasets::LoadedImage(const datasets::DecodeOptions&)> load = {};
};

/// The one way to an image's bytes, wherever they are. May be called from several threads at once. Throws
/// DataError if they cannot be read, and sources::CannotUnpack.
[[nodiscard]] std::vector<std::byte> bytes_of(const ImageFile& file);

/// What errors call it: a file by its path, a member of an archive by its name.
[[nodiscard]] std::string spoken_name(const ImageFile& file);

/// Reads, decodes and hashes it: datasets::load_image, wherever it is, memory included.
[[nodiscard]] datasets::LoadedImage load_image(const ImageFile& file,
                                               const datasets::DecodeOptions& options = {});

struct ImagesOfDataSet {
  std::vector<ImageFile> files;
  /// Whose files have their name in another spelling than the label file has it.
  std::int64_t other_spellings = 0;
  /// As in datasets::Dataset.
  std::vector<std::string> notes;
};

/// The images of all splits of a data set. Throws DataError if one is missing, unless that is allowed: then
/// it is found when it is read.
ImagesOfDataSet images_of_data_set(const std::filesystem::path& path, const datasets::ReadOptions& reading,
                                   bool may_be_missing = false);

struct ImagesBelow {
  std::vector<ImageFile> files;
  /// What was left out and why, in one sentence with counts and a name or two of each kind; empty if nothing
  /// was.
  std::string left_out;
};

/// All images in a folder and the folders below it, sorted by name, each named by its path relative to the
/// folder; those in its archives, named ARCHIVE/MEMBER, if it holds archives and no image outside them. What
/// is an image, its content says; a file that only its name calls one is kept, so that it is reported as one
/// that cannot be read. Left out are other files, pictures of formats that are not read, and what is hidden.
/// Throws DataError if the folder is missing, unreadable or holds no image.
ImagesBelow images_below(const std::filesystem::path& folder);

}  // namespace tagloom::features
