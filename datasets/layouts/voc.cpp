#include "layouts/image_naming.hpp"
#include "layouts/layout.hpp"
#include "layouts/listing.hpp"
#include "layouts/voc_annotation.hpp"
#include "layouts/word_lines.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// An image of a split, and which line of which file says so.
struct VocImage {
  Split split = Split::train;
  std::string id;
  std::string where;
};

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// trainval.txt is both of train.txt and val.txt, where these are not.
std::vector<std::pair<const char*, Split>> voc_lists(const fs::path& folder) {
  std::vector<std::pair<const char*, Split>> lists;
  for (const auto& [name, split] : std::array<std::pair<const char*, Split>, 3>{
           {{"train.txt", Split::train}, {"val.txt", Split::validation}, {"test.txt", Split::test}}})
    if (is_there(folder / name)) lists.emplace_back(name, split);
  if (!is_there(folder / "train.txt") && is_there(folder / "trainval.txt"))
    lists.emplace_back("trainval.txt", Split::train);
  return lists;
}

std::vector<VocImage> images_in_lists(const fs::path& root) {
  std::vector<VocImage> images;
  const fs::path folder = root / "ImageSets/Main";
  for (const auto& [name, split] : voc_lists(folder)) {
    WordLines lines(folder / name);
    while (const auto words = lines.next())
      images.push_back(
          {split, words->front(), fmt::format("line {} of {}", lines.number(), shown(folder / name))});
  }
  if (!images.empty()) return images;
  for (const fs::path& file : files_in(root / "Annotations", {".xml"}))
    images.push_back({Split::train, file.stem().string(), shown(file)});
  return images;
}

bool is_voc_at(const fs::path& path) {
  return is_there(path / "Annotations") &&
         (is_there(path / "ImageSets/Main") || is_there(path / "JPEGImages"));
}

Dataset read_voc(const fs::path& root) {
  const auto images = images_in_lists(root);
  if (images.empty())
    throw DataError(
        fmt::format("{} has neither lists in ImageSets/Main nor files in Annotations; give the "
                    "folder of one year, such as VOCdevkit/VOC2012.",
                    shown(root)));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(images.size(), kNamesToTry); ++i)
    names.push_back(images[i].id);
  ImageNaming naming = find_naming(root / "JPEGImages", {""}, names);
  if (naming.ending.empty()) naming.ending = ".jpg";

  Listing listing(root, root / "JPEGImages");
  std::int64_t difficult = 0;
  for (const auto& [split, id, where] : images) {
    listing.check(id, where);
    const fs::path file = root / "Annotations" / (id + ".xml");
    if (!is_there(file))
      throw DataError(
          fmt::format("{} names {}, but there is no {}; remove the line, or the list if its images "
                      "have no annotations.",
                      where, shown(id), shown(file)));
    const VocAnnotation annotation = read_voc_annotation(file);
    std::vector<std::int64_t> labels;
    for (const std::string& label : annotation.labels)
      labels.push_back(listing.number_of(label));
    difficult += annotation.difficult;
    listing.add(split, naming.name_of(id), labels, where);
  }
  if (difficult > 0)
    listing.note(
        fmt::format("{} objects of {} are marked difficult and give no label, as in VOC's own "
                    "evaluation.",
                    difficult, shown(root)));
  return std::move(listing).finish();
}

DatasetFiles voc_files(const fs::path& root) {
  return {.files = {}, .folders = {root / "Annotations", root / "ImageSets", root / "JPEGImages"}};
}

}  // namespace

Layout voc() {
  return {.name = "voc",
          .description = "Pascal VOC's folder with Annotations/, ImageSets/Main/ and JPEGImages/",
          .is_at = is_voc_at,
          .read = read_voc,
          .files_of = voc_files};
}

}  // namespace tagloom::datasets
