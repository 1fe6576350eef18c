#include "layouts/layout.hpp"
#include "layouts/listing.hpp"
#include "layouts/splits_by_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// All pictures in a folder and below it, by their names, sorted; links to folders are not followed, so that
/// none leads in a circle. Throws DataError if a folder cannot be listed.
std::vector<fs::path> pictures_below(const fs::path& folder) {
  std::vector<fs::path> pictures;
  std::error_code failed;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    std::error_code ignored;
    if (is_hidden(entry->path().filename().string()))
      entry.disable_recursion_pending();
    else if (entry->is_regular_file(ignored) && is_named_as_picture(entry->path().filename().string()))
      pictures.push_back(entry->path());
  }
  if (failed) throw cannot_list(folder, failed);
  std::ranges::sort(pictures);
  return pictures;
}

bool has_a_picture(const fs::path& folder) {
  std::error_code failed;
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
    if (is_named_as_picture(entry->path().filename().string())) return true;
  return false;
}

using FoldersBySplit = std::vector<std::pair<Split, fs::path>>;

/// Folders named after splits whose folders are the classes, or else the folder itself.
FoldersBySplit split_folders(const fs::path& root) {
  FoldersBySplit folders;
  for (const fs::path& folder : folders_in(root))
    if (const auto split = split_named(folder.filename().string()); split && !folders_in(folder).empty())
      folders.emplace_back(*split, folder);
  if (folders.empty()) folders.emplace_back(Split::train, root);
  return folders;
}

bool is_folders_at(const fs::path& root) {
  for (const auto& [unused, folder] : split_folders(root)) {
    const auto classes = folders_in(folder);
    if (classes.size() > 1 && std::ranges::any_of(classes, has_a_picture)) return true;
  }
  return false;
}

Dataset read_folders(const fs::path& root) {
  std::error_code ignored;
  if (!fs::is_directory(root, ignored))
    throw DataError(
        fmt::format("{} is no folder; give the folder whose folders are the classes.", shown(root)));
  Listing listing(root, root);
  bool found = false;
  for (const auto& [split, folder] : split_folders(root)) {
    for (const fs::path& of_class : folders_in(folder)) {
      const std::int64_t label = listing.number_of(stored_name(of_class.filename().string()));
      for (const fs::path& picture : pictures_below(of_class)) {
        listing.add(split, stored_name(picture.lexically_relative(root).generic_string()), {{label}},
                    shown(picture));
        found = true;
      }
    }
  }
  if (!found)
    throw DataError(
        fmt::format("{} has no folder with pictures in it; give the folder whose folders are the "
                    "classes.",
                    shown(root)));
  return std::move(listing).finish();
}

DatasetFiles folders_files(const fs::path& root) {
  DatasetFiles files;
  for (const auto& [unused, folder] : split_folders(root))
    for (const fs::path& of_class : folders_in(folder))
      if (has_a_picture(of_class)) files.folders.push_back(of_class);
  return files;
}

}  // namespace

Layout folders() {
  return {.name = "folders",
          .description = "a folder with a folder of pictures for each label",
          .is_at = is_folders_at,
          .read = read_folders,
          .files_of = folders_files};
}

}  // namespace tagloom::datasets
