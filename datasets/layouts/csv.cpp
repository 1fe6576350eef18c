#include "layouts/csv_columns.hpp"
#include "layouts/image_naming.hpp"
#include "layouts/layout.hpp"
#include "layouts/listed_images.hpp"
#include "layouts/listing.hpp"
#include "layouts/open_images_header.hpp"
#include "layouts/splits_by_name.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> labels_in(const std::string& field, std::optional<char> separator) {
  std::vector<std::string> labels;
  std::size_t begin = 0;
  while (begin <= field.size()) {
    const std::size_t end = separator ? std::min(field.find(*separator, begin), field.size()) : field.size();
    std::string label = field.substr(begin, end - begin);
    label.erase(0, std::min(label.find_first_not_of(' '), label.size()));
    label.erase(label.find_last_not_of(' ') + 1);
    if (!label.empty()) labels.push_back(std::move(label));
    begin = end + 1;
  }
  return labels;
}

/// The file is not what it was when its columns were looked at.
[[noreturn]] void throw_changed(const std::string& where) {
  throw DataError(fmt::format("{} changes while it is read; run it again.", where));
}

/// One table, row by row.
class CsvReading {
 public:
  CsvReading(const fs::path& file, CsvColumns columns, Listing& listing)
      : file_(file), columns_(std::move(columns)), listing_(listing) {
    for (const auto& [unused, label] : columns_.one_hot)
      listing_.declare(label);
  }

  void read(Split split, const ImageNaming& naming) {
    CsvRows rows(file_);
    if (columns_.has_header) rows.next();
    for (auto row = rows.next(); row; row = rows.next()) {
      const std::string where = rows.where();
      if (columns_.has_header && row->size() != columns_.fields) throw_changed(where);
      const std::string listed = listed_name((*row)[columns_.name], file_.parent_path());
      listing_.add(columns_.split ? split_of((*row)[*columns_.split], where) : split, naming.name_of(listed),
                   labels_of(*row, where), where);
    }
  }

 private:
  std::vector<std::int64_t> labels_of(const CsvRow& row, const std::string& where) {
    std::vector<std::int64_t> labels;
    const auto add_list = [&](std::size_t column) {
      for (const std::string& label : labels_in(row[column], columns_.separator))
        labels.push_back(listing_.number_of(label));
    };
    if (columns_.all_are_lists)
      for (std::size_t column = columns_.name + 1; column < row.size(); ++column)
        add_list(column);
    for (const std::size_t column : columns_.lists)
      add_list(column);
    for (const auto& [column, label] : columns_.one_hot) {
      const auto has = yes_or_no(row[column]);
      if (!has) throw_changed(where);
      if (*has) labels.push_back(listing_.number_of(label));
    }
    return labels;
  }

  static Split split_of(const std::string& field, const std::string& where) {
    if (const auto split = split_named(field)) return *split;
    // As fastai's "is_valid".
    const auto is_validation = yes_or_no(field);
    if (!is_validation)
      throw DataError(fmt::format("{} is of the split \"{}\"; the splits are train, validation and test.",
                                  where, shown(field)));
    return *is_validation ? Split::validation : Split::train;
  }

  fs::path file_;
  CsvColumns columns_;
  Listing& listing_;
};

std::vector<std::string> first_names(const fs::path& file, const CsvColumns& columns) {
  CsvRows rows(file);
  if (columns.has_header) rows.next();
  std::vector<std::string> names;
  for (auto row = rows.next(); row && names.size() < kNamesToTry; row = rows.next())
    if (columns.name < row->size()) names.push_back(listed_name((*row)[columns.name], file.parent_path()));
  return names;
}

const std::vector<std::string_view> kEndings = {".csv", ".tsv"};

FilesBySplit csv_files_by_split(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) return {{Split::train, path}};
  auto files = files_in(path, kEndings);
  std::erase_if(files, is_open_images_csv);
  return files_by_split(files);
}

fs::path csv_root(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? path : path.parent_path();
}

bool is_csv_at(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored))
    return (path.extension() == ".csv" || path.extension() == ".tsv") && !is_open_images_csv(path);
  auto files = files_in(path, kEndings);
  std::erase_if(files, is_open_images_csv);
  return !files.empty() && !has_open_images_csv(path);
}

Dataset read_csv(const fs::path& path) {
  const FilesBySplit files = csv_files_by_split(path);
  if (files.empty())
    throw DataError(
        fmt::format("{} has no .csv or .tsv file; give the folder that has, or such a file.", shown(path)));
  const fs::path root = csv_root(path);
  Listing listing(path, root);
  for (const auto& [split, file] : files) {
    const CsvColumns columns = columns_of(file);
    if (!columns.has_labels()) {
      // Kaggle's test images are for the competition to judge.
      if (files.size() > 1 && split != Split::train) {
        listing.note(fmt::format("{} lists images without labels, so it is left out.", shown(file)));
        continue;
      }
      throw DataError(
          fmt::format("{} has no column of labels; add one, or give a table that has.", shown(file)));
    }
    const std::string beside = file.stem().string() + "/";
    const ImageNaming naming = find_naming(root, {"", "images/", beside}, first_names(file, columns));
    CsvReading(file, columns, listing).read(split, naming);
  }
  return std::move(listing).finish();
}

DatasetFiles csv_files(const fs::path& path) {
  std::vector<fs::path> tables;
  for (const auto& [unused, file] : csv_files_by_split(path))
    tables.push_back(file);
  return files_of_lists(std::move(tables), read_csv(path));
}

}  // namespace

Layout csv() {
  return {.name = "csv",
          .description =
              "a table (.csv, .tsv) of images and their labels, or a folder with train.csv and "
              "test.csv",
          .is_at = is_csv_at,
          .read = read_csv,
          .files_of = csv_files};
}

}  // namespace tagloom::datasets
