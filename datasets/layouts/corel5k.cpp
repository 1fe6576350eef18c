#include "layouts/coco_file.hpp"
#include "layouts/image_naming.hpp"
#include "layouts/label_json.hpp"
#include "layouts/layout.hpp"
#include "layouts/listing.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <string>
#include <unordered_set>
#include <utility>

namespace tagloom::datasets {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, Split>, 4> kCorelFiles = {
    {{"train.json", Split::train},
     {"validation.json", Split::validation},
     {"val.json", Split::validation},
     {"test.json", Split::test}}};

const json& member(const json& object, const char* key, const std::string& where) {
  if (!object.is_object() || !object.contains(key)) {
    throw DataError(fmt::format("{} has no \"{}\"", where, key));
  }
  return object.at(key);
}

const json& list_member(const json& object, const char* key, const std::string& where) {
  const auto& list = member(object, key, where);
  if (!list.is_array()) throw DataError(fmt::format("\"{}\" of {} is not a list", key, where));
  return list;
}

std::string text_of(const json& value, const std::string& what) {
  if (!value.is_string()) throw DataError(fmt::format("{} is not a text but {}", what, value.type_name()));
  return value.get<std::string>();
}

std::unordered_set<std::string> declare_labels(const json& document, const fs::path& path, Listing& listing) {
  std::unordered_set<std::string> labels;
  for (const auto& value : list_member(document, "labels", shown(path))) {
    const auto label =
        text_of(value, fmt::format("label {} in \"labels\" of {}", labels.size() + 1, shown(path)));
    if (label.empty())
      throw DataError(fmt::format("label {} in \"labels\" of {} is empty; give it a name, or remove it",
                                  labels.size() + 1, shown(path)));
    if (!labels.insert(label).second)
      throw DataError(
          fmt::format("\"labels\" of {} has \"{}\" twice; remove one", shown(path), shown(label)));
    listing.declare(label);
  }
  if (labels.empty())
    throw DataError(fmt::format("\"labels\" of {} is empty: there is nothing to learn", shown(path)));
  return labels;
}

void read_samples(const json& document, const fs::path& path, Split split, Listing& listing) {
  const auto known = declare_labels(document, path, listing);
  std::size_t index = 0;
  for (const auto& entry : list_member(document, "samples", shown(path))) {
    const auto where = fmt::format("sample {} of {}", ++index, shown(path));
    const auto name = text_of(member(entry, "image_name", where), fmt::format("\"image_name\" of {}", where));
    const auto image = fmt::format("image \"{}\" in {}", shown(name), shown(path));
    std::vector<std::int64_t> labels;
    for (const auto& value : list_member(entry, "image_labels", image)) {
      const auto label = text_of(value, fmt::format("a label of {}", image));
      if (!known.contains(label)) {
        throw DataError(
            fmt::format("{} has the label \"{}\", which is not in the list \"labels\"", image, shown(label)));
      }
      labels.push_back(listing.number_of(label));
    }
    listing.add(split, name, labels, where);
  }
}

bool is_corel5k_at(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return path.extension() == ".json" && !is_coco_file(path);
  for (const char* name : {"train.json", "test.json"})
    if (fs::exists(path / name, ignored) && !is_coco_file(path / name)) return true;
  return false;
}

std::vector<std::string> first_image_names(const json& document) {
  std::vector<std::string> names;
  if (document.is_object() && document.contains("samples"))
    for (const auto& entry : document.at("samples"))
      if (names.size() < kNamesToTry && entry.is_object() && entry.contains("image_name") &&
          entry.at("image_name").is_string())
        names.push_back(entry.at("image_name").get<std::string>());
  return names;
}

/// Labels in one file, whose images are in images/ beside it, or beside it themselves.
Dataset read_one_file(const fs::path& path) {
  const fs::path folder = path.parent_path();
  const json document = read_json(path);
  Listing listing(path, folder / find_naming(folder, {"images/", ""}, first_image_names(document)).folder);
  read_samples(document, path, Split::train, listing);
  return std::move(listing).finish();
}

Dataset read_corel5k(const fs::path& root) {
  std::error_code ignored;
  if (!fs::is_directory(root, ignored)) return read_one_file(root);
  Listing listing(root, root / "images");
  bool found = false;
  for (const auto& [name, split] : kCorelFiles) {
    if (!fs::exists(fs::symlink_status(root / name, ignored))) continue;
    read_samples(read_json(root / name), root / name, split, listing);
    found = true;
  }
  if (!found)
    throw DataError(
        fmt::format("{} has neither train.json nor test.json; give the folder that has", shown(root)));
  return std::move(listing).finish();
}

DatasetFiles corel5k_files(const fs::path& root) {
  std::error_code ignored;
  if (!fs::is_directory(root, ignored)) return {.files = {root}, .folders = {root.parent_path() / "images"}};
  DatasetFiles files{.files = {}, .folders = {root / "images"}};
  for (const char* name :
       {"train.json", "validation.json", "val.json", "test.json", "vocabulary.txt", "demo.json"})
    files.files.push_back(root / name);
  return files;
}

}  // namespace

Layout corel5k() {
  return {.name = "corel5k",
          .description = "a folder with train.json, test.json and images/",
          .is_at = is_corel5k_at,
          .read = read_corel5k,
          .files_of = corel5k_files};
}

}  // namespace tagloom::datasets
