#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::datasets {

/// The objects of one image in Pascal VOC's XML.
struct VocAnnotation {
  /// The names of those that are not difficult, in the file's order, each once.
  std::vector<std::string> labels;
  /// How many are marked difficult.
  std::int64_t difficult = 0;
};

/// Throws DataError, naming line or object, if the file is missing, no XML, or no annotation.
[[nodiscard]] VocAnnotation read_voc_annotation(const std::filesystem::path& path);

}  // namespace tagloom::datasets
