#include "features/image_files.hpp"

#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace tagloom::features {
namespace {

bool is_image(const std::filesystem::path& path) {
  constexpr std::array<std::string_view, 7> kExtensions = {".jpg", ".jpeg", ".png", ".bmp",
                                                           ".tif", ".tiff", ".webp"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

/// A link to a folder that it lies in itself: following it would never end.
bool leads_back(const std::filesystem::directory_entry& entry) {
  if (!entry.is_symlink() || !entry.is_directory()) return false;
  const auto target = std::filesystem::canonical(entry.path());
  const auto here = std::filesystem::canonical(entry.path().parent_path());
  return std::ranges::mismatch(target, here).in1 == target.end();
}

}  // namespace

std::vector<ImageFile> images_of_data_set(const std::filesystem::path& root) {
  const datasets::Dataset data = datasets::read_corel5k(root);
  datasets::check_images(data);
  std::vector<ImageFile> files;
  for (const auto* split : {&data.train, &data.test}) {
    for (const datasets::Sample& sample : *split)
      files.push_back({sample.image_name, sample.image_path});
  }
  return files;
}

std::vector<ImageFile> images_below(const std::filesystem::path& folder) {
  std::vector<ImageFile> files;
  try {
    constexpr auto kFollow = std::filesystem::directory_options::follow_directory_symlink;
    auto entries = std::filesystem::recursive_directory_iterator(folder, kFollow);
    for (const auto& entry : entries) {
      if (leads_back(entry)) entries.disable_recursion_pending();
      // A link to nothing is an image that cannot be read, and is reported as one.
      if ((entry.is_regular_file() || !entry.exists()) && is_image(entry.path()))
        files.push_back({entry.path().lexically_relative(folder).generic_string(), entry.path()});
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw DataError(fmt::format("{} cannot be read ({}); give a folder of images that you may read.",
                                error.path1().empty() ? folder.string() : error.path1().string(),
                                error.code().message()));
  }
  if (files.empty())
    throw DataError(fmt::format("{} holds no images (JPEG, PNG, BMP, TIFF, WebP); give a folder that does.",
                                folder.string()));
  std::ranges::sort(files, {}, &ImageFile::name);
  return files;
}

}  // namespace tagloom::features
