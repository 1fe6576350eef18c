#include "layouts/layout.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/datasets/split.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <system_error>

namespace tagloom::datasets {
namespace {

namespace fs = std::filesystem;

const auto& layouts() {
  static const std::array all = {corel5k(), coco(), voc(), open_images(), csv(), text_list(), folders()};
  return all;
}

DataError no_data_set_at(const fs::path& path) {
  std::vector<std::string_view> known;
  for (const Layout& layout : layouts())
    known.push_back(layout.name);
  return DataError(
      fmt::format("{} is no data set of a layout that is read ({}); docs/datasets.md has an example of each",
                  shown(path), fmt::join(known, ", ")));
}

/// Folders of classes have no file that tells them: they are what has no other layout.
const Layout& find_layout(const fs::path& path) {
  std::vector<const Layout*> found;
  for (const Layout& layout : layouts())
    if ((layout.name != "folders" || found.empty()) && layout.is_at(path)) found.push_back(&layout);
  if (found.empty()) throw no_data_set_at(path);
  if (found.size() > 1)
    throw DataError(fmt::format("{} is {}, and it is {}; say which is meant: --layout {} or --layout {}.",
                                shown(path), found[0]->description, found[1]->description, found[0]->name,
                                found[1]->name));
  return *found.front();
}

const Layout& layout_of(const fs::path& path, const std::string& name) {
  std::error_code failed;
  if (!fs::exists(path, failed))
    throw DataError(fmt::format("there is no data set at {}; correct the path", shown(path)));
  if (name == "auto") return find_layout(path);
  const auto* const layout = std::ranges::find(layouts(), name, &Layout::name);
  if (layout == layouts().end())
    throw UsageError(fmt::format("there is no layout \"{}\"; the layouts are {}.", shown(name),
                                 fmt::join(kLayoutNames, ", ")));
  return *layout;
}

}  // namespace

Dataset read(const fs::path& path, const ReadOptions& options) {
  const Layout& layout = layout_of(path, options.layout);
  Dataset dataset = layout.read(path);
  dataset.layout = layout.name;
  const bool asked_for = options.test_fraction != ReadOptions().test_fraction;
  if (!dataset.test.empty() && !asked_for) return dataset;
  return hold_out_test(std::move(dataset), {.fraction = options.test_fraction, .seed = options.split_seed});
}

DatasetFiles files_of(const fs::path& path, const std::string& layout) {
  try {
    return layout_of(path, layout).files_of(path);
  } catch (const Error&) {
    // Whoever reads it will say so.
    return {};
  }
}

}  // namespace tagloom::datasets
