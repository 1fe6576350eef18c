#pragma once

/// Images found again by the names that a cache has of them.

#include "features/image_files.hpp"

#include <tagloom/datasets/read.hpp>

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

namespace tagloom::features {

/// Those of the data set `data`; where none is named, what `images` stands for (images_given.hpp), standard
/// input included. Images of a data set may be missing: that is found when they are read. Throws DataError as
/// the readers of both do.
[[nodiscard]] std::unordered_map<std::string, ImageFile> images_by_name(
    const std::filesystem::path& data, const datasets::ReadOptions& reading,
    const std::vector<std::filesystem::path>& images);

}  // namespace tagloom::features
