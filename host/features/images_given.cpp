#include "features/images_given.hpp"

#include "features/images_in_archives.hpp"
#include "sources/open_archive.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image_format.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace tagloom::features {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";

std::vector<std::byte> beginning_of(std::istream& stream) {
  std::vector<std::byte> beginning(sources::kArchiveBytes);
  stream.read(reinterpret_cast<char*>(beginning.data()), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(stream.gcount()));
  return beginning;
}

bool is_picture(std::span<const std::byte> beginning) {
  return datasets::image_format(beginning.first(std::min(beginning.size(), datasets::kFormatBytes))) !=
         datasets::ImageFormat::none;
}

std::vector<std::byte> beginning_of(const fs::path& path) {
  const File file(path, File::Mode::read);
  std::vector<std::byte> beginning(std::min<std::uint64_t>(sources::kArchiveBytes, file.size()));
  file.read_at(beginning, 0);
  return beginning;
}

/// A damaged picture must not be read as a list of paths.
bool is_text(std::span<const std::byte> beginning) {
  return std::ranges::find(beginning, std::byte{0}) == beginning.end();
}

std::string as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// One collection of all images.
class Collection {
 public:
  Collection(bool alone, std::istream& standard_input) : alone_(alone), standard_input_(standard_input) {}

  void add(const fs::path& given) {
    std::error_code unknown;
    const fs::file_status status = fs::status(given, unknown);
    if (given == kStandardInput)
      add_standard_input();
    else if (fs::is_directory(status))
      add_folder(given);
    else if (fs::is_regular_file(status))
      add_file(given);
    else if (fs::exists(status))
      throw DataError(fmt::format("{} is {}; give pictures, folders, archives, or lists of paths.",
                                  shown(given), kind_of(status.type())));
    else
      throw DataError(fmt::format("{} is not there; check the path.", shown(given)));
  }

  [[nodiscard]] ImagesGiven found() && {
    if (spelled_again_ > 0) images_.left_out.push_back(spelled_again_sentence());
    if (std::string sentence = archives_.left_out(); !sentence.empty())
      images_.left_out.push_back(std::move(sentence));
    return std::move(images_);
  }

 private:
  void add_folder(const fs::path& folder) {
    ImagesBelow below = images_below(folder);
    if (!below.left_out.empty()) images_.left_out.push_back(std::move(below.left_out));
    for (ImageFile& file : below.files) {
      // One search comes to each file once.
      if (alone_ && has_new_name(file)) images_.files.push_back(std::move(file));
      if (alone_) continue;
      if (!file.archive) file.name = stored_name(file.path.string());
      keep(std::move(file));
    }
  }

  void add_file(const fs::path& path) {
    const std::vector<std::byte> beginning = beginning_of(path);
    if (is_picture(beginning)) return keep({stored_name(path.string()), path});
    if (sources::is_archive(beginning)) {
      const std::size_t before = images_.files.size();
      add_archive(path);
      return refuse_none_since(before, path);
    }
    if (beginning.empty() || !is_text(beginning))
      throw DataError(fmt::format(
          "{} is neither a picture nor an archive nor a list of paths; give one of these.", shown(path)));
    add_list(as_text(read_file(path)), path.native());
  }

  void add_standard_input() {
    const std::vector<std::byte> beginning = beginning_of(standard_input_);
    if (!sources::is_archive(beginning))
      return add_list(as_text(beginning) + std::string(std::istreambuf_iterator<char>(standard_input_), {}),
                      "standard input");
    const std::size_t before = images_.files.size();
    for (ImageFile& file : archives_.of_stream(beginning, standard_input_))
      keep(std::move(file));
    refuse_none_since(before, "standard input");
  }

  void add_archive(const fs::path& path) {
    for (ImageFile& file : archives_.of(path.filename().string(), path))
      keep(std::move(file));
  }

  void refuse_none_since(std::size_t before, const fs::path& archive) const {
    if (images_.files.size() > before || before > 0) return;
    const std::string left_out = archives_.left_out();
    throw DataError(
        fmt::format("{} holds no images (JPEG, PNG, BMP, TIFF, WebP, JPEG 2000, PNM); give an "
                    "archive that does.{}",
                    shown(archive), left_out.empty() ? "" : " This was " + left_out));
  }

  void add_list(const std::string& text, const std::string& name) {
    const std::size_t before = images_.files.size();
    for (const std::string_view line : lines_of(text, name)) {
      if (sources::named_as_archive(line))
        add_archive(line);
      else if (!line.empty())
        keep({stored_name(line), line});
    }
    if (images_.files.size() == before && seen_.empty())
      throw DataError(fmt::format("There are no paths in {}; give one a line.", shown(name)));
  }

  void keep(ImageFile file) {
    if (has_new_name(file) && (file.archive || !is_spelled_again(file)))
      images_.files.push_back(std::move(file));
  }

  bool has_new_name(const ImageFile& file) {
    const auto [known, is_new] = seen_.try_emplace(file.name, images_.files.size());
    if (!is_new) refuse_another_file(images_.files[known->second], file);
    return is_new;
  }

  /// Links are names of their own, and so is a path that leads elsewhere than its spelling says, behind one.
  bool is_spelled_again(const ImageFile& file) {
    const auto [known, is_new] =
        places_.try_emplace(fs::absolute(file.path).lexically_normal().native(), images_.files.size());
    if (is_new) return false;
    const ImageFile& first = images_.files[known->second];
    std::error_code unknown;
    if (!fs::equivalent(first.path, file.path, unknown)) return false;
    // Its name stands for the first from now on.
    seen_[file.name] = known->second;
    if (++spelled_again_ == 1) example_ = fmt::format("{} is {}", shown(file.path), shown(first.path));
    return true;
  }

  [[nodiscard]] std::string spelled_again_sentence() const {
    return fmt::format("{} given again in another spelling and taken once, by the first name ({}).",
                       counted(spelled_again_, "image was", "images were"), example_);
  }

  /// The same file may be given twice.
  static void refuse_another_file(const ImageFile& known, const ImageFile& file) {
    std::error_code unknown;
    if (known.path == file.path || fs::equivalent(known.path, file.path, unknown)) return;
    throw DataError(
        fmt::format("{} and {} both give an image that would be stored as {}; rename one of the two.",
                    spoken_path(known.path), spoken_path(file.path), shown(file.name)));
  }

  static std::string spoken_path(const fs::path& path) {
    return path == kStandardInput ? "standard input" : shown(path);
  }

  bool alone_;
  std::istream& standard_input_;
  ImagesInArchives archives_;
  ImagesGiven images_;
  /// Where images are, by their names.
  std::unordered_map<std::string, std::size_t> seen_;
  /// The same of files, by their paths without dots.
  std::unordered_map<std::string, std::size_t> places_;
  std::int64_t spelled_again_ = 0;
  /// The first of them, and what it is.
  std::string example_;
};

}  // namespace

ImagesGiven images_given(const std::vector<fs::path>& given, std::istream& standard_input) {
  Collection collection(given.size() == 1, standard_input);
  for (const fs::path& each : given)
    collection.add(each);
  return std::move(collection).found();
}

}  // namespace tagloom::features
