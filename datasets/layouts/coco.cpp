#include "layouts/coco_file.hpp"
#include "layouts/image_naming.hpp"
#include "layouts/layout.hpp"
#include "layouts/listing.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// By name: instances_*.json in the folder or its annotations/, _annotations.coco.json in a folder a split
/// (as Roboflow exports), or any JSON of that content.
std::vector<fs::path> coco_files_in(const fs::path& root) {
  std::vector<fs::path> files;
  for (const fs::path& folder : {root, root / "annotations"})
    for (const fs::path& file : files_in(folder, {".json"}))
      if (file.filename().string().starts_with("instances")) files.push_back(file);
  if (!files.empty()) return files;
  // Asked for by name: a folder that has nothing to do with the data set need not be readable.
  std::error_code ignored;
  for (const fs::path& folder : folders_in(root))
    if (fs::is_regular_file(folder / "_annotations.coco.json", ignored))
      files.push_back(folder / "_annotations.coco.json");
  if (!files.empty()) return files;
  for (const fs::path& folder : {root, root / "annotations"})
    for (const fs::path& file : files_in(folder, {".json"}))
      if (is_coco_file(file)) files.push_back(file);
  return files;
}

/// Roboflow's files are all called the same.
std::string split_words(const fs::path& file) {
  const std::string name = file.filename().string();
  return name.starts_with("_annotations") ? file.parent_path().filename().string() : name;
}

/// "train2017" of "instances_train2017.json".
std::string folder_of_images(const fs::path& file) {
  std::string name = file.stem().string();
  if (const auto underscore = name.find('_'); underscore != std::string::npos) name.erase(0, underscore + 1);
  return name + "/";
}

/// The folder of the whole, for one file of it.
fs::path coco_root(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return path;
  const fs::path folder = path.parent_path();
  return folder.filename() == "annotations" ? folder.parent_path() : folder;
}

FilesBySplit coco_files_by_split(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {{Split::train, path}};
  const auto files = coco_files_in(path);
  const bool in_folders = !files.empty() && files.front().filename() == "_annotations.coco.json";
  if (!in_folders) return files_by_split(files);
  FilesBySplit by_split;
  for (const fs::path& file : files)
    if (const auto split = split_named(split_words(file))) by_split.emplace(*split, file);
  return by_split;
}

ImageNaming naming_of(const CocoFile& file, const fs::path& path, const fs::path& root) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(file.images.size(), kNamesToTry); ++i)
    names.push_back(file.images[i].name);
  const std::string split = folder_of_images(path);
  const std::string beside = path.parent_path().lexically_relative(root).generic_string();
  if (path.filename() == "_annotations.coco.json")
    return {.folder = beside == "." ? "" : beside + "/", .ending = ""};
  return find_naming(root, {split, "images/" + split, "images/", ""}, names);
}

[[noreturn]] void throw_id_taken(const char* list, std::size_t index, const fs::path& path, std::int64_t id) {
  throw DataError(
      fmt::format("entry {} of \"{}\" in {} has the id {} of an earlier one; give each an id of its own.",
                  index + 1, list, shown(path), id));
}

void read_coco_split(const fs::path& path, const fs::path& root, Split split, Listing& listing) {
  const CocoFile file = read_coco_file(path);
  // Two categories of one name are one label.
  std::unordered_map<std::int64_t, std::int64_t> label_of;
  for (std::size_t i = 0; i < file.categories.size(); ++i) {
    const auto& category = file.categories[i];
    listing.declare(category.name);
    if (!label_of.emplace(category.id, listing.number_of(category.name)).second)
      throw_id_taken("categories", i, path, category.id);
  }
  std::unordered_map<std::int64_t, std::size_t> index_of;
  for (std::size_t i = 0; i < file.images.size(); ++i)
    if (!index_of.emplace(file.images[i].id, i).second) throw_id_taken("images", i, path, file.images[i].id);
  std::vector<std::vector<std::int64_t>> labels(file.images.size());
  for (std::size_t i = 0; i < file.annotations.size(); ++i) {
    const auto& annotation = file.annotations[i];
    const auto image = index_of.find(annotation.image);
    const auto label = label_of.find(annotation.category);
    if (image == index_of.end() || label == label_of.end())
      throw DataError(
          fmt::format("entry {} of \"annotations\" in {} is of {} {}, which the file does not list; "
                      "remove the entry, or list it.",
                      i + 1, shown(path), image == index_of.end() ? "image" : "category",
                      image == index_of.end() ? annotation.image : annotation.category));
    auto& of_image = labels[image->second];
    // Several boxes of one category are one label.
    if (std::ranges::find(of_image, label->second) == of_image.end()) of_image.push_back(label->second);
  }
  const ImageNaming naming = naming_of(file, path, root);
  for (std::size_t i = 0; i < file.images.size(); ++i)
    listing.add(split, naming.name_of(file.images[i].name), labels[i],
                fmt::format("entry {} of \"images\" in {}", i + 1, shown(path)));
}

bool is_coco_at(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path.extension() == ".json" && is_coco_file(path);
  return !coco_files_in(path).empty();
}

Dataset read_coco(const fs::path& path) {
  const fs::path root = coco_root(path);
  const FilesBySplit files = coco_files_by_split(path);
  if (files.empty())
    throw DataError(
        fmt::format("{} has no file instances_*.json, neither itself nor in annotations/; give the "
                    "folder that has, or such a file.",
                    shown(path)));
  Listing listing(path, root);
  for (const auto& [split, file] : files)
    read_coco_split(file, root, split, listing);
  return std::move(listing).finish();
}

DatasetFiles coco_files(const fs::path& path) {
  const fs::path root = coco_root(path);
  DatasetFiles all{.files = {}, .folders = {root / "images"}};
  for (const auto& [split, file] : coco_files_by_split(path)) {
    all.files.push_back(file);
    all.folders.push_back(file.filename() == "_annotations.coco.json" ? file.parent_path()
                                                                      : root / folder_of_images(file));
  }
  return all;
}

}  // namespace

Layout coco() {
  return {.name = "coco",
          .description = "COCO's instances_*.json, or a folder with such files in it or in annotations/",
          .is_at = is_coco_at,
          .read = read_coco,
          .files_of = coco_files};
}

}  // namespace tagloom::datasets
