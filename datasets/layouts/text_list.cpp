#include "layouts/image_naming.hpp"
#include "layouts/layout.hpp"
#include "layouts/listed_images.hpp"
#include "layouts/listing.hpp"
#include "layouts/word_lines.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <string>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// Only those whose names say a split: a vocabulary is a list as well.
FilesBySplit lists_by_split(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {{Split::train, path}};
  auto files = files_in(path, {".txt", ".lst"});
  std::erase_if(files, [](const fs::path& file) { return !split_named(file.filename().string()); });
  return files_by_split(files);
}

bool is_list_at(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path.extension() == ".txt" || path.extension() == ".lst";
  for (const fs::path& file : files_in(path, {".txt", ".lst"}))
    if (split_named(file.filename().string())) return true;
  return false;
}

void read_list(const fs::path& file, const fs::path& root, Split split, Listing& listing) {
  std::vector<std::string> first;
  WordLines beginning(file);
  for (auto words = beginning.next(); words && first.size() < kNamesToTry; words = beginning.next())
    first.push_back(listed_name(words->front(), root));
  const ImageNaming naming = find_naming(root, {"", "images/"}, first);
  WordLines lines(file);
  for (auto words = lines.next(); words; words = lines.next()) {
    std::vector<std::int64_t> labels;
    for (std::size_t i = 1; i < words->size(); ++i)
      labels.push_back(listing.number_of((*words)[i]));
    listing.add(split, naming.name_of(listed_name(words->front(), root)), labels,
                fmt::format("line {} of {}", lines.number(), shown(file)));
  }
}

Dataset read_text_list(const fs::path& path) {
  std::error_code ignored;
  const fs::path root = fs::is_directory(path, ignored) ? path : path.parent_path();
  const FilesBySplit files = lists_by_split(path);
  if (files.empty())
    throw DataError(fmt::format("{} has no list train.txt or test.txt; give the folder that has, or a list.",
                                shown(path)));
  Listing listing(path, root);
  for (const auto& [split, file] : files)
    read_list(file, root, split, listing);
  return std::move(listing).finish();
}

DatasetFiles text_list_files(const fs::path& path) {
  std::vector<fs::path> lists;
  for (const auto& [unused, file] : lists_by_split(path))
    lists.push_back(file);
  return files_of_lists(std::move(lists), read_text_list(path));
}

}  // namespace

Layout text_list() {
  return {.name = "list",
          .description =
              "a text list (.txt) with an image and its labels a line, or a folder with train.txt "
              "and test.txt",
          .is_at = is_list_at,
          .read = read_text_list,
          .files_of = text_list_files};
}

}  // namespace tagloom::datasets
