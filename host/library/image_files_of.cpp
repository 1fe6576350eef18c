#include "library/image_files_of.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/images/borrowed_image.hpp>
#include <tagloom/datasets/images/image.hpp>

#include <fmt/format.h>

#include <cstddef>
#include <span>
#include <string>

namespace tagloom::library {
namespace {

using datasets::DecodeOptions;
using datasets::LoadedImage;
using features::ImageFile;

ImageFile image_file_of(const std::filesystem::path& path, std::string name) {
  return {.name = std::move(name), .path = path};
}

ImageFile image_file_of(const EncodedImage& image, const std::string& name) {
  const std::span bytes(static_cast<const std::byte*>(image.bytes), image.bytes == nullptr ? 0 : image.size);
  const auto load = [bytes, name](const DecodeOptions& options) {
    return LoadedImage{datasets::decode_image(bytes, name, options), {}};
  };
  return {.name = name, .path = name, .load = load};
}

ImageFile image_file_of(const PixelImage& image, const std::string& name) {
  const datasets::PixelsInMemory pixels{
      .data = image.pixels, .height = image.height, .width = image.width, .stride = image.stride};
  const auto load = [pixels, name](const DecodeOptions& options) {
    LoadedImage borrowed = datasets::borrowed_image(pixels, name);
    // Each side was found to fit into an int.
    if (pixels.height * pixels.width > options.max_pixels)
      throw DataError(fmt::format("the image {} has {} rows of {} pixels; at most {} pixels are read.", name,
                                  pixels.height, pixels.width, options.max_pixels));
    return borrowed;
  };
  return {.name = name, .path = name, .load = load};
}

}  // namespace

std::vector<ImageFile> image_files_of(const std::vector<Image>& images) {
  std::vector<ImageFile> files;
  for (std::size_t i = 0; i < images.size(); ++i)
    files.push_back(std::visit(
        [&](const auto& image) { return image_file_of(image, fmt::format("[{}]", i)); }, images[i]));
  return files;
}

}  // namespace tagloom::library
