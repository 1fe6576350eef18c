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

/// One search for images, folder by folder.
class Search {
 public:
  explicit Search(const std::filesystem::path& root) : root_(root) { enter(root); }
  [[nodiscard]] std::vector<ImageFile> found() && { return std::move(files_); }

 private:
  void enter(const std::filesystem::path& folder) {
    const auto here = std::filesystem::canonical(folder);
    // Reached through a link from below: it would never end.
    if (std::ranges::find(above_, here) != above_.end()) return;
    above_.push_back(here);
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      look_at(entry);
    above_.pop_back();
  }

  /// A link to nothing, or in a circle, is an image that cannot be read, and is reported as one.
  void look_at(const std::filesystem::directory_entry& entry) {
    std::error_code leads_nowhere;
    if (entry.is_directory(leads_nowhere))
      enter(entry.path());
    else if (is_image(entry.path()) && (entry.is_regular_file(leads_nowhere) || !entry.exists(leads_nowhere)))
      files_.push_back({entry.path().lexically_relative(root_).generic_string(), entry.path()});
  }

  std::filesystem::path root_;
  /// The folders that lead to the one at hand.
  std::vector<std::filesystem::path> above_;
  std::vector<ImageFile> files_;
};

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
    files = Search(folder).found();
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
