#include "features/image_files.hpp"

#include "features/images_in_archives.hpp"
#include "sources/open_archive.hpp"
#include "sources/taken.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image_format.hpp>
#include <tagloom/datasets/images/picture_names.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <span>

namespace tagloom::features {
namespace {

namespace fs = std::filesystem;
using datasets::ImageFormat;

/// Nothing if the file cannot be read.
std::optional<ImageFormat> format_of(const fs::path& path) {
  try {
    const File file(path, File::Mode::read);
    std::array<std::byte, datasets::kFormatBytes> beginning;
    const auto bytes = std::span(beginning).first(std::min<std::uint64_t>(beginning.size(), file.size()));
    file.read_at(bytes, 0);
    return datasets::image_format(bytes);
  } catch (const DataError&) {
    return std::nullopt;
  }
}

/// One search for images, folder by folder.
class Search {
 public:
  explicit Search(const fs::path& root) : root_(root) { enter(root, fs::directory_iterator(root)); }
  /// Images.
  [[nodiscard]] std::vector<ImageFile> found() && { return std::move(files_); }

  /// Archives are read where nothing else is there to be: beside images, one may hold the same ones again.
  [[nodiscard]] bool is_all_archives() const { return files_.empty() && !archives_.empty(); }
  [[nodiscard]] std::vector<fs::path> sorted_archives() const {
    std::vector<fs::path> sorted = archives_;
    std::ranges::sort(sorted, {}, &fs::path::native);
    return sorted;
  }
  void leave_out_archives() {
    for (const fs::path& archive : archives_)
      leave_out(archive, "that are archives beside images, which are read where they are given themselves");
  }
  /// Its path below the folder.
  [[nodiscard]] std::string name_of(const fs::path& path) const {
    return path.lexically_relative(root_).generic_string();
  }
  [[nodiscard]] sources::LeftOut& left_out() { return left_out_; }

 private:
  /// A disk's lost+found, or another's folder, costs no more than what is in it.
  void enter_if_allowed(const fs::path& folder) {
    std::error_code refused;
    const fs::directory_iterator entries(folder, refused);
    if (refused == std::errc::permission_denied)
      leave_out(folder, "that may not be read");
    else if (refused)
      throw fs::filesystem_error("", folder, refused);
    else
      enter(folder, entries);
  }

  void enter(const fs::path& folder, const fs::directory_iterator& entries) {
    const auto here = fs::canonical(folder);
    // Reached through a link from below: it would never end.
    if (std::ranges::find(above_, here) != above_.end()) return;
    above_.push_back(here);
    for (const auto& entry : entries)
      look_at(entry);
    above_.pop_back();
  }

  void look_at(const fs::directory_entry& entry) {
    std::error_code leads_nowhere;
    if (datasets::is_hidden(entry.path().filename().string()))
      leave_out(entry.path(), "hidden");
    else if (entry.is_directory(leads_nowhere))
      enter_if_allowed(entry.path());
    else if (entry.is_regular_file(leads_nowhere))
      look_into(entry.path());
    // A link to nothing, or in a circle.
    else if (!entry.exists(leads_nowhere) && datasets::is_named_as_picture(entry.path().filename().string()))
      keep(entry.path());
    else
      leave_out(entry.path(), "neither a file nor a folder");
  }

  void look_into(const fs::path& path) {
    const std::string why = sources::why_left_out(path, format_of(path));
    if (why.empty())
      keep(path);
    else if (sources::named_as_archive(path))
      archives_.push_back(path);
    else
      leave_out(path, why);
  }

  void keep(const fs::path& path) { files_.push_back({stored_name(name_of(path)), path}); }

  void leave_out(const fs::path& path, const std::string& what) { left_out_.add(name_of(path), what); }

  fs::path root_;
  /// The folders that lead to the one at hand.
  std::vector<fs::path> above_;
  std::vector<ImageFile> files_;
  std::vector<fs::path> archives_;
  sources::LeftOut left_out_;
};

DataError no_images(const fs::path& folder, const std::string& left_out) {
  return DataError(
      fmt::format("{} holds no images (JPEG, PNG, BMP, TIFF, WebP, JPEG 2000, PNM); give a folder "
                  "that does.{}",
                  shown(folder), left_out.empty() ? "" : " This was " + left_out));
}

/// Those of a folder of nothing but archives.
ImagesBelow images_of_archives(const fs::path& folder, Search& search) {
  ImagesInArchives archives;
  ImagesBelow images;
  for (const fs::path& archive : search.sorted_archives())
    std::ranges::move(archives.of(search.name_of(archive), archive), std::back_inserter(images.files));
  std::string of_archives = archives.left_out();
  images.left_out = search.left_out().sentence(shown(folder));
  if (!images.left_out.empty() && !of_archives.empty()) images.left_out += '\n';
  images.left_out += of_archives;
  if (images.files.empty()) throw no_images(folder, images.left_out);
  return images;
}

/// A name with bytes that are no UTF-8 may be written as another file's name is.
void check_different_names(const std::vector<ImageFile>& sorted) {
  const auto same = std::ranges::adjacent_find(sorted, {}, &ImageFile::name);
  if (same == sorted.end()) return;
  throw DataError(
      fmt::format("two files would both be stored as {}, which one of them is called and the other "
                  "is written as because it is no UTF-8; rename one.",
                  shown(same->name)));
}

}  // namespace

std::vector<std::byte> bytes_of(const ImageFile& file) {
  return file.archive ? file.archive->read(file.member) : datasets::image_bytes(file.path);
}

std::string spoken_name(const ImageFile& file) {
  return file.archive ? file.name : file.path.string();
}

datasets::LoadedImage load_image(const ImageFile& file, const datasets::DecodeOptions& options) {
  if (file.load) return file.load(options);
  return datasets::load_image(bytes_of(file), spoken_name(file), options);
}

ImagesOfDataSet images_of_data_set(const fs::path& path, const datasets::ReadOptions& reading,
                                   bool may_be_missing) {
  datasets::Dataset data = datasets::read(path, reading);
  ImagesOfDataSet images;
  images.other_spellings = datasets::find_other_spellings(data);
  if (!may_be_missing) datasets::check_images(data);
  images.notes = data.notes;
  for (const auto* split : {&data.train, &data.validation, &data.test}) {
    for (const datasets::Sample& sample : *split)
      images.files.push_back({sample.image_name, sample.image_path});
  }
  return images;
}

ImagesBelow images_below(const fs::path& folder) {
  ImagesBelow images;
  try {
    Search search(folder);
    if (search.is_all_archives()) return images_of_archives(folder, search);
    search.leave_out_archives();
    images.left_out = search.left_out().sentence(shown(folder));
    images.files = std::move(search).found();
  } catch (const fs::filesystem_error& error) {
    throw DataError(fmt::format("{} cannot be read ({}); give a folder of images that you may read.",
                                shown(error.path1().empty() ? folder : error.path1()),
                                error.code().message()));
  }
  if (images.files.empty()) throw no_images(folder, images.left_out);
  std::ranges::sort(images.files, {}, &ImageFile::name);
  check_different_names(images.files);
  return images;
}

}  // namespace tagloom::features
