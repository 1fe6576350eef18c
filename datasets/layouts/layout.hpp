#pragma once

/// How data sets lie on a disk: a file here each, and a row of the table in read.cpp.

#include <tagloom/datasets/dataset.hpp>

#include <filesystem>
#include <string_view>

namespace tagloom::datasets {

struct Layout {
  /// What lies there, for people: "a folder with train.json, test.json and images/".
  std::string_view description;
  /// Whether a path looks like it; opens no file.
  bool (*is_at)(const std::filesystem::path& path);
  /// As datasets::read.
  Dataset (*read)(const std::filesystem::path& path);
};

Layout corel5k();

}  // namespace tagloom::datasets
