#include "layouts/open_images_header.hpp"

#include "layouts/csv_rows.hpp"
#include "layouts/splits_by_name.hpp"

#include <tagloom/base/error.hpp>

#include <algorithm>
#include <string_view>

namespace tagloom::datasets {
namespace {

std::optional<std::size_t> column_named(const CsvRow& row, std::string_view name) {
  const auto found = std::ranges::find(row, name);
  return found == row.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - row.begin()));
}

}  // namespace

std::optional<OpenImagesHeader> open_images_header(const std::filesystem::path& path) {
  try {
    const auto row = CsvRows(path).next();
    if (!row) return std::nullopt;
    const auto image = column_named(*row, "ImageID");
    const auto label = column_named(*row, "LabelName");
    if (!image || !label) return std::nullopt;
    return OpenImagesHeader{.image = *image, .label = *label, .confidence = column_named(*row, "Confidence")};
  } catch (const DataError&) {
    return std::nullopt;
  }
}

bool is_open_images_csv(const std::filesystem::path& path) {
  return open_images_header(path).has_value();
}

bool has_open_images_csv(const std::filesystem::path& folder) {
  return std::ranges::any_of(files_in(folder, {".csv"}), is_open_images_csv);
}

}  // namespace tagloom::datasets
