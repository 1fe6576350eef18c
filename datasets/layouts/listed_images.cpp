#include "layouts/listed_images.hpp"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace tagloom::datasets {

namespace fs = std::filesystem;

std::string listed_name(const std::string& listed, const fs::path& folder) {
  std::string text = listed;
  // As lists from Windows have it; there is none in a name on Linux.
  if (text.find('/') == std::string::npos) std::ranges::replace(text, '\\', '/');
  const fs::path path(text);
  if (!path.is_absolute()) return path.lexically_normal().generic_string();
  std::error_code failed;
  const fs::path relative = path.lexically_normal().lexically_relative(fs::absolute(folder, failed));
  const bool leads_out = relative.empty() || *relative.begin() == "..";
  return leads_out ? text : relative.generic_string();
}

DatasetFiles files_of_lists(std::vector<fs::path> lists, const Dataset& dataset) {
  DatasetFiles files{.files = std::move(lists), .folders = {}};
  std::set<fs::path> folders;
  for (const auto* split : {&dataset.train, &dataset.validation, &dataset.test}) {
    for (const Sample& sample : *split) {
      const fs::path folder = sample.image_path.parent_path();
      if (folder == dataset.images)
        files.files.push_back(sample.image_path);
      else
        folders.insert(folder);
    }
  }
  files.folders.assign(folders.begin(), folders.end());
  return files;
}

}  // namespace tagloom::datasets
