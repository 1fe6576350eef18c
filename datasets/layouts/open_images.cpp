#include "layouts/csv_rows.hpp"
#include "layouts/image_naming.hpp"
#include "layouts/layout.hpp"
#include "layouts/listing.hpp"
#include "layouts/open_images_header.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/picture_names.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <system_error>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

/// As in the paper on the data set: labels that a machine gave count from here on; people say 0 or 1.
constexpr double kLeastConfidence = 0.5;

fs::path open_images_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? path : path.parent_path();
}

/// Labels of whole images as people gave them, where there are several kinds of tables.
std::vector<fs::path> label_tables(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {path};
  auto tables = files_in(path, {".csv"});
  std::erase_if(tables, [](const fs::path& table) { return !is_open_images_csv(table); });
  for (const char* kind : {"human-imagelabels", "imagelabels"}) {
    const auto is_of_kind = [&](const fs::path& table) {
      return table.filename().string().find(kind) != std::string::npos;
    };
    if (std::ranges::none_of(tables, is_of_kind)) continue;
    std::erase_if(tables, [&](const fs::path& table) { return !is_of_kind(table); });
    break;
  }
  return tables;
}

std::vector<fs::path> description_tables(const fs::path& folder) {
  auto tables = files_in(folder, {".csv"});
  std::erase_if(tables, [](const fs::path& table) {
    return table.filename().string().find("class-descriptions") == std::string::npos;
  });
  return tables;
}

/// Names for people by names for machines: "Tortoise" by "/m/011k07". Where two have one, the later has its
/// name for machines behind it.
std::unordered_map<std::string, std::string> read_descriptions(const fs::path& folder) {
  std::unordered_map<std::string, std::string> names;
  std::unordered_set<std::string> taken;
  for (const fs::path& table : description_tables(folder)) {
    CsvRows rows(table);
    for (auto row = rows.next(); row; row = rows.next()) {
      if (row->size() < 2 || (*row)[1].empty())
        throw DataError(fmt::format("{} is not of the form LABEL,NAME; correct it.", rows.where()));
      if (row->front() == "LabelName" || names.contains(row->front())) continue;
      std::string name = (*row)[1];
      if (!taken.insert(name).second) name += " (" + row->front() + ")";
      names.emplace(row->front(), std::move(name));
    }
  }
  return names;
}

double confidence_in(const std::string& field, const CsvRows& rows) {
  double confidence = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), confidence);
  if (error != std::errc() || end != field.data() + field.size())
    throw DataError(fmt::format("{} has the confidence \"{}\", which is no number; correct it.", rows.where(),
                                shown(field)));
  return confidence;
}

class OpenImagesReading {
 public:
  explicit OpenImagesReading(const fs::path& path)
      : root_(open_images_folder(path)), names_(read_descriptions(root_)), listing_(path, root_) {}

  void read(const fs::path& table, Split split) {
    const auto header = open_images_header(table);
    if (!header)
      throw DataError(fmt::format(
          "{} has no columns ImageID and LabelName; give Open Images' table of labels.", shown(table)));
    const ImageNaming naming = naming_for(table, *header);
    CsvRows rows(table);
    rows.next();
    for (auto row = rows.next(); row; row = rows.next()) {
      if (row->size() <= std::max({header->image, header->label, header->confidence.value_or(0)}))
        throw DataError(fmt::format("{} has fewer fields than the heading; complete it.", rows.where()));
      std::vector<std::int64_t> labels;
      const bool is_positive =
          !header->confidence || confidence_in((*row)[*header->confidence], rows) >= kLeastConfidence;
      if (is_positive) labels.push_back(listing_.number_of(name_of((*row)[header->label])));
      listing_.extend(split, naming.name_of((*row)[header->image]), labels, rows.where());
    }
  }

  Dataset finish() && { return std::move(listing_).finish(); }

 private:
  [[nodiscard]] const std::string& name_of(const std::string& label) const {
    const auto found = names_.find(label);
    return found == names_.end() ? label : found->second;
  }

  [[nodiscard]] ImageNaming naming_for(const fs::path& table, const OpenImagesHeader& header) const {
    CsvRows rows(table);
    rows.next();
    std::vector<std::string> ids;
    for (auto row = rows.next(); row && ids.size() < kNamesToTry; row = rows.next())
      if (header.image < row->size()) ids.push_back((*row)[header.image]);
    const std::string name = table.filename().string();
    const std::size_t behind_split = name.find("-annotations");
    const std::string split = behind_split == std::string::npos ? "" : name.substr(0, behind_split) + "/";
    ImageNaming naming = find_naming(root_, {split, "images/", ""}, ids);
    if (naming.ending.empty() && !std::ranges::any_of(ids, is_named_as_picture)) naming.ending = ".jpg";
    return naming;
  }

  fs::path root_;
  std::unordered_map<std::string, std::string> names_;
  Listing listing_;
};

bool is_open_images_at(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? has_open_images_csv(path)
                                         : path.extension() == ".csv" && is_open_images_csv(path);
}

FilesBySplit open_images_by_split(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {{Split::train, path}};
  return files_by_split(label_tables(path));
}

Dataset read_open_images(const fs::path& path) {
  const FilesBySplit tables = open_images_by_split(path);
  if (tables.empty())
    throw DataError(
        fmt::format("{} has no table with the columns ImageID and LabelName; give the folder that "
                    "has, or such a table.",
                    shown(path)));
  OpenImagesReading reading(path);
  for (const auto& [split, table] : tables)
    reading.read(table, split);
  return std::move(reading).finish();
}

DatasetFiles open_images_files(const fs::path& path) {
  const fs::path root = open_images_folder(path);
  DatasetFiles files{.files = description_tables(root), .folders = {root / "images"}};
  for (const auto& [split, table] : open_images_by_split(path)) {
    files.files.push_back(table);
    const std::string name = table.filename().string();
    files.folders.push_back(root / name.substr(0, name.find("-annotations")));
  }
  return files;
}

}  // namespace

Layout open_images() {
  return {.name = "openimages",
          .description = "Open Images' tables of labels (ImageID,Source,LabelName,Confidence)",
          .is_at = is_open_images_at,
          .read = read_open_images,
          .files_of = open_images_files};
}

}  // namespace tagloom::datasets
