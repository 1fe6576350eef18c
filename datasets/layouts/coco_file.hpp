#pragma once

/// A file of COCO's annotations, in memory that does not grow with its outlines: of an annotation only which
/// image and which category it is of are kept.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tagloom::datasets {

struct CocoFile {
  struct Image {
    std::int64_t id = 0;
    std::string name;
  };
  struct Annotation {
    std::int64_t image = 0;
    std::int64_t category = 0;
  };
  struct Category {
    std::int64_t id = 0;
    std::string name;
  };
  std::vector<Image> images;
  std::vector<Annotation> annotations;
  std::vector<Category> categories;
};

/// Whether a JSON file has lists as COCO's; reads as far as the first.
[[nodiscard]] bool is_coco_file(const std::filesystem::path& path);

/// Throws DataError, with the number of the entry, if the file is no JSON or an entry lacks what it needs.
[[nodiscard]] CocoFile read_coco_file(const std::filesystem::path& path);

}  // namespace tagloom::datasets
