#include "features/images_in_archives.hpp"

#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <utility>

namespace tagloom::features {
namespace {

std::vector<ImageFile> files_of(sources::ArchiveImages images, const std::filesystem::path& path,
                                const std::string& before, const std::string& damaged) {
  std::vector<ImageFile> files;
  files.reserve(images.names.size());
  for (std::size_t i = 0; i < images.names.size(); ++i)
    files.push_back({.name = images.names[i].empty() ? damaged : before + images.names[i],
                     .path = path,
                     .archive = images.archive,
                     .member = i});
  return files;
}

}  // namespace

std::vector<ImageFile> ImagesInArchives::of(const std::string& name, const std::filesystem::path& path) {
  sources::ArchiveImages images = opener_.open(path);
  left_out_.add(images.left_out);
  const std::string stored = stored_name(name);
  return files_of(std::move(images), path, stored + '/', stored);
}

std::vector<ImageFile> ImagesInArchives::of_stream(std::span<const std::byte> beginning, std::istream& rest) {
  sources::ArchiveImages images = opener_.open_stream(beginning, rest);
  left_out_.add(images.left_out);
  return files_of(std::move(images), "-", "", "standard input");
}

std::string ImagesInArchives::left_out() const {
  return left_out_.sentence("the archives");
}

}  // namespace tagloom::features
