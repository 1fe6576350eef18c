#include "features/images_by_name.hpp"

#include "features/images_given.hpp"

#include <iostream>
#include <utility>

namespace tagloom::features {

std::unordered_map<std::string, ImageFile> images_by_name(const std::filesystem::path& data,
                                                          const datasets::ReadOptions& reading,
                                                          const std::vector<std::filesystem::path>& images) {
  std::vector<ImageFile> files =
      data.empty() ? images_given(images, std::cin).files : images_of_data_set(data, reading, true).files;
  std::unordered_map<std::string, ImageFile> by_name;
  for (ImageFile& file : files) {
    std::string name = file.name;
    by_name.emplace(std::move(name), std::move(file));
  }
  return by_name;
}

}  // namespace tagloom::features
