#pragma once

/// Images that lists and tables name by paths of any kind.

#include <tagloom/datasets/read.hpp>

#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::datasets {

/// A path of a list as one relative to the list's folder: "./a.jpg" is "a.jpg", and an absolute path that
/// leads into the folder is what it is there. Any other is as it stands.
[[nodiscard]] std::string listed_name(const std::string& listed, const std::filesystem::path& folder);

/// The lists, and the folders of their images; images that lie right beside a list one by one.
[[nodiscard]] DatasetFiles files_of_lists(std::vector<std::filesystem::path> lists, const Dataset& dataset);

}  // namespace tagloom::datasets
