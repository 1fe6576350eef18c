#include "layouts/image_naming.hpp"

#include "layouts/splits_by_name.hpp"

#include <tagloom/datasets/images/picture_names.hpp>

#include <algorithm>
#include <optional>
#include <system_error>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

std::optional<ImageNaming> naming_in(const fs::path& root, const std::string& folder,
                                     const std::string& listed) {
  ImageNaming naming{.folder = folder, .ending = ""};
  if (is_file(root / naming.name_of(listed))) return naming;
  for (const PictureEnding& known : kPictureEndings) {
    naming.ending = known.ending;
    if (is_file(root / naming.name_of(listed))) return naming;
  }
  return std::nullopt;
}

}  // namespace

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
