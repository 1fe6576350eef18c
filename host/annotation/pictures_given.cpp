#include "annotation/pictures_given.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/images/image_format.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <set>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

namespace tagloom::annotation {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";

std::vector<std::byte> beginning_of(const fs::path& path) {
  constexpr std::uint64_t kEnough = 512;
  const File file(path, File::Mode::read);
  std::vector<std::byte> beginning(std::min(kEnough, file.size()));
  file.read_at(beginning, 0);
  return beginning;
}

bool is_picture(std::span<const std::byte> beginning) {
  return datasets::image_format(beginning.first(std::min(beginning.size(), datasets::kFormatBytes))) !=
         datasets::ImageFormat::none;
}

/// A damaged picture must not be read as a list of paths.
bool is_text(std::span<const std::byte> beginning) {
  return std::ranges::find(beginning, std::byte{0}) == beginning.end();
}

/// One collection of all pictures.
class Collection {
 public:
  Collection(bool alone, std::istream& standard_input) : alone_(alone), standard_input_(standard_input) {}

  void add(const fs::path& given) {
    std::error_code unknown;
    const fs::file_status status = fs::status(given, unknown);
    if (given == kStandardInput)
      add_list(standard_input_, "standard input");
    else if (fs::is_directory(status))
      add_folder(given);
    else if (fs::is_regular_file(status))
      add_file(given);
    else if (fs::exists(status))
      throw DataError(fmt::format("{} is {}; give pictures, folders, or lists of paths.", shown(given),
                                  kind_of(status.type())));
    else
      throw DataError(fmt::format("{} is not there; check the path.", shown(given)));
  }

  [[nodiscard]] PicturesGiven found() && { return std::move(pictures_); }

 private:
  void add_folder(const fs::path& folder) {
    features::ImagesBelow below = features::images_below(folder);
    if (!below.left_out.empty()) pictures_.left_out.push_back(std::move(below.left_out));
    for (features::ImageFile& file : below.files)
      keep({alone_ ? file.name : stored_name(file.path.string()), file.path});
  }

  void add_file(const fs::path& path) {
    const std::vector<std::byte> beginning = beginning_of(path);
    if (is_picture(beginning)) return keep({stored_name(path.string()), path});
    if (beginning.empty() || !is_text(beginning))
      throw DataError(
          fmt::format("{} is neither a picture nor a list of paths; give one of these.", shown(path)));
    std::ifstream list(path);
    add_list(list, shown(path));
  }

  void add_list(std::istream& list, const std::string& name) {
    const std::size_t before = pictures_.files.size();
    for (std::string line; std::getline(list, line);) {
      if (line.ends_with('\r')) line.pop_back();
      if (!line.empty()) keep({stored_name(line), line});
    }
    if (pictures_.files.size() == before && seen_.empty())
      throw DataError(fmt::format("There are no paths in {}; give one a line.", name));
  }

  void keep(features::ImageFile file) {
    if (seen_.insert(file.name).second) pictures_.files.push_back(std::move(file));
  }

  bool alone_;
  std::istream& standard_input_;
  PicturesGiven pictures_;
  std::set<std::string> seen_;
};

}  // namespace

PicturesGiven pictures_given(const std::vector<fs::path>& given, std::istream& standard_input) {
  Collection collection(given.size() == 1, standard_input);
  for (const fs::path& each : given)
    collection.add(each);
  return std::move(collection).found();
}

}  // namespace tagloom::annotation
