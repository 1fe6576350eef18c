#pragma once

/// How data sets lie on a disk: a file here each, and a row of the table in read.cpp.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/datasets/read.hpp>

#include <filesystem>
#include <string_view>

namespace tagloom::datasets {

struct Layout {
  /// One of kLayoutNames.
  std::string_view name;
  /// What lies there, for people: "a folder with train.json, test.json and images/".
  std::string_view description;
  /// Whether a path looks like it; reads no more than how files begin.
  bool (*is_at)(const std::filesystem::path& path);
  /// As datasets::read, of a path that is there, without drawing a split.
  Dataset (*read)(const std::filesystem::path& path);
  /// As datasets::files_of, of a path that is there; may throw DataError.
  DatasetFiles (*files_of)(const std::filesystem::path& path);
};

Layout corel5k();
Layout coco();
Layout voc();
Layout open_images();
Layout csv();
Layout text_list();
Layout folders();

}  // namespace tagloom::datasets
