#pragma once

/// What tells Open Images' tables from others.

#include <filesystem>
#include <optional>

namespace tagloom::datasets {

struct OpenImagesHeader {
  std::size_t image = 0;
  std::size_t label = 0;
  /// The column of how certain a label is, from 0 (certainly not) to 1.
  std::optional<std::size_t> confidence = {};
};

/// Nothing if the table has not these columns, or is none.
[[nodiscard]] std::optional<OpenImagesHeader> open_images_header(const std::filesystem::path& path);

/// Whether a file is one of Open Images' tables of labels.
[[nodiscard]] bool is_open_images_csv(const std::filesystem::path& path);
/// Whether a folder has such a file.
[[nodiscard]] bool has_open_images_csv(const std::filesystem::path& folder);

}  // namespace tagloom::datasets
