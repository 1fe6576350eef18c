#include "layouts/image_naming.hpp"

#include "layouts/splits_by_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <system_error>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 10> kPictureEndings = {".jpg",  ".jpeg", ".png", ".webp", ".bmp",
                                                              ".tiff", ".tif",  ".jp2", ".ppm",  ".gif"};

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::optional<ImageNaming> naming_in(const fs::path& root, const std::string& folder,
                                     const std::string& listed) {
  ImageNaming naming{.folder = folder, .ending = ""};
  if (is_file(root / naming.name_of(listed))) return naming;
  for (const std::string_view ending : kPictureEndings) {
    naming.ending = ending;
    if (is_file(root / naming.name_of(listed))) return naming;
  }
  return std::nullopt;
}

}  // namespace

bool is_named_as_picture(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::any_of(kPictureEndings, [&](std::string_view ending) {
    return lower.size() > ending.size() && lower.ends_with(ending);
  });
}

std::string ImageNaming::name_of(std::string_view listed) const {
  std::string name = folder;
  return name.append(listed).append(ending);
}

ImageNaming find_naming(const fs::path& root, const std::vector<std::string>& folders,
                        std::span<const std::string> listed) {
  std::vector<std::string> all = folders;
  for (const fs::path& folder : folders_in(root))
    all.push_back(folder.filename().string() + "/");
  const auto tried = listed.first(std::min(listed.size(), kNamesToTry));
  for (const std::string& folder : all)
    for (const std::string& name : tried)
      if (!fs::path(name).is_absolute())
        if (const auto naming = naming_in(root, folder, name)) return *naming;
  return {.folder = folders.front(), .ending = ""};
}

}  // namespace tagloom::datasets
