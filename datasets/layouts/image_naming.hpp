#pragma once

/// Where the images of a list lie: lists name them with or without their folder and ending.

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::datasets {

struct ImageNaming {
  /// What stands before and behind the names of a list in the names of files below a folder: "train-jpg/",
  /// ".jpg".
  std::string folder;
  std::string ending;

  [[nodiscard]] std::string name_of(std::string_view listed) const;
};

/// The naming under which the first of some listed names that is a file below `root` is one: in one of
/// `folders` ("" for `root` itself), which are tried in their order, then in any folder of `root`. The first
/// of `folders` where none is.
[[nodiscard]] ImageNaming find_naming(const std::filesystem::path& root,
                                      const std::vector<std::string>& folders,
                                      std::span<const std::string> listed);

/// As many names as `find_naming` looks at.
inline constexpr std::size_t kNamesToTry = 20;

}  // namespace tagloom::datasets
