#pragma once

/// Splits as files and folders are named after them.

#include <tagloom/base/error.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace tagloom::datasets {

enum class Split { train, validation, test };

/// The split that a name says: train of "train2017", "instances_train" and "trainval", validation of "val",
/// "valid", "dev" and "minival-1", test of "test". Nothing if it says none, or two.
[[nodiscard]] std::optional<Split> split_named(std::string_view name);

using FilesBySplit = std::map<Split, std::filesystem::path>;

/// Which of some files of a data set is which split's. Where no name says a split, the only file is all there
/// is, and train's; where one does, files whose names say none are left out. Throws DataError if two files
/// would be one split's.
[[nodiscard]] FilesBySplit files_by_split(const std::vector<std::filesystem::path>& files);

/// The files in a folder with one of these endings (".csv"), sorted; those that are hidden are not among
/// them. Nothing if there is no such folder. Throws DataError if it cannot be listed to its end.
[[nodiscard]] std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                                          const std::vector<std::string_view>& endings);
/// The folders in a folder, in the same way.
[[nodiscard]] std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// What to throw where a folder, or one below it, cannot be listed: half of it is no data set.
[[nodiscard]] DataError cannot_list(const std::filesystem::path& folder, const std::error_code& reason);

}  // namespace tagloom::datasets
