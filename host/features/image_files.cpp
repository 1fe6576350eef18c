#include "features/image_files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image_format.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/spelling.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <string_view>

namespace tagloom::features {
namespace {

namespace fs = std::filesystem;
using datasets::ImageFormat;

bool named_as_image(const fs::path& path) {
  constexpr std::array<std::string_view, 15> kExtensions = {".jpg", ".jpeg", ".jpe",  ".jfif", ".png",
                                                            ".bmp", ".tif",  ".tiff", ".webp", ".gif",
                                                            ".jp2", ".ppm",  ".pgm",  ".pbm",  ".pnm"};
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

/// Hidden files and folders, which are notebooks' checkpoints, a Mac's notes on other files ("._name"), and
/// so on; and the two that are not hidden but hold the like.
bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name == "__MACOSX" || name == "@eaDir";
}

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

/// Files of one kind that were left out.
struct Kind {
  std::string what;
  std::int64_t count = 0;
  std::vector<std::string> names = {};
};

/// One search for images, folder by folder.
class Search {
 public:
  explicit Search(const fs::path& root) : root_(root) { enter(root, fs::directory_iterator(root)); }
  [[nodiscard]] std::vector<ImageFile> found() && { return std::move(files_); }

  /// Empty if nothing was left out.
  [[nodiscard]] std::string left_out() const {
    std::vector<std::string> kinds;
    for (const Kind& kind : left_out_)
      kinds.push_back(fmt::format("{} {} ({}{})", kind.count, kind.what, fmt::join(kind.names, ", "),
                                  kind.count > static_cast<std::int64_t>(kind.names.size()) ? ", ..." : ""));
    if (kinds.empty()) return "";
    return fmt::format("left out of {}: {}.", shown(root_), fmt::join(kinds, "; "));
  }

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
    if (is_hidden(entry.path()))
      leave_out(entry.path(), "hidden");
    else if (entry.is_directory(leads_nowhere))
      enter_if_allowed(entry.path());
    else if (entry.is_regular_file(leads_nowhere))
      look_into(entry.path());
    // A link to nothing, or in a circle.
    else if (!entry.exists(leads_nowhere) && named_as_image(entry.path()))
      keep(entry.path());
    else
      leave_out(entry.path(), "neither a file nor a folder");
  }

  void look_into(const fs::path& path) {
    const auto format = format_of(path);
    if ((format && datasets::is_read(*format)) ||
        (format.value_or(ImageFormat::none) == ImageFormat::none && named_as_image(path)))
      keep(path);
    else if (!format)
      leave_out(path, "that may not be read");
    else if (*format == ImageFormat::none)
      leave_out(path, "of no picture format");
    else
      leave_out(path, fmt::format("of the format {}, which is not read", datasets::to_text(*format)));
  }

  void keep(const fs::path& path) { files_.push_back({stored_name(name_of(path)), path}); }

  void leave_out(const fs::path& path, const std::string& what) {
    constexpr std::size_t kNamed = 2;
    auto kind = std::ranges::find(left_out_, what, &Kind::what);
    if (kind == left_out_.end()) kind = left_out_.insert(kind, {.what = what});
    ++kind->count;
    if (kind->names.size() < kNamed) kind->names.push_back(shown(name_of(path)));
  }

  [[nodiscard]] std::string name_of(const fs::path& path) const {
    return path.lexically_relative(root_).generic_string();
  }

  fs::path root_;
  /// The folders that lead to the one at hand.
  std::vector<fs::path> above_;
  std::vector<ImageFile> files_;
  std::vector<Kind> left_out_;
};

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
  return datasets::load_image(bytes_of(file), spoken_name(file), options);
}

ImagesOfDataSet images_of_data_set(const fs::path& root, bool may_be_missing) {
  datasets::Dataset data = datasets::read(root);
  ImagesOfDataSet images;
  images.other_spellings = datasets::find_other_spellings(data);
  if (!may_be_missing) datasets::check_images(data);
  for (const auto* split : {&data.train, &data.test}) {
    for (const datasets::Sample& sample : *split)
      images.files.push_back({sample.image_name, sample.image_path});
  }
  return images;
}

ImagesBelow images_below(const fs::path& folder) {
  ImagesBelow images;
  try {
    Search search(folder);
    images.left_out = search.left_out();
    images.files = std::move(search).found();
  } catch (const fs::filesystem_error& error) {
    throw DataError(fmt::format("{} cannot be read ({}); give a folder of images that you may read.",
                                shown(error.path1().empty() ? folder : error.path1()),
                                error.code().message()));
  }
  if (images.files.empty())
    throw DataError(
        fmt::format("{} holds no images (JPEG, PNG, BMP, TIFF, WebP, JPEG 2000, PNM); give a folder "
                    "that does.{}",
                    shown(folder), images.left_out.empty() ? "" : " This was " + images.left_out));
  std::ranges::sort(images.files, {}, &ImageFile::name);
  check_different_names(images.files);
  return images;
}

}  // namespace tagloom::features
