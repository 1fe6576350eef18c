#pragma once

/// Where what belongs to a picture (a drawing, a sidecar, a copy) lies in a folder: under the picture's own
/// name, so that two pictures never share a file, and never in place of an original.

#include <filesystem>
#include <string>
#include <string_view>

namespace tagloom::annotation {

/// `FOLDER/NAME` + suffix. Different names have different places, all below the folder: "." is left out, ".."
/// becomes "up", a leading "/" becomes "root", a folder called "up" or "root" gets an underscore, and a name
/// that is too long for a file ends with its hash instead.
[[nodiscard]] std::filesystem::path place_below(const std::filesystem::path& folder, const std::string& name,
                                                std::string_view suffix);

/// The folders that `place` is in, below `folder` and including it. Throws DataError if one cannot be made.
void make_folders(const std::filesystem::path& folder, const std::filesystem::path& place);

/// Throws UsageError, naming the option, if the picture lies in the folder that the option writes to: what is
/// written there might take an original's place.
void refuse_original_below(const std::filesystem::path& folder, const std::filesystem::path& picture,
                           std::string_view option);

}  // namespace tagloom::annotation
