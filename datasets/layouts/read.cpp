#include "layouts/layout.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace tagloom::datasets {
namespace {

const auto& layouts() {
  static const std::array all = {corel5k()};
  return all;
}

}  // namespace

Dataset read(const std::filesystem::path& path) {
  const auto* const layout =
      std::ranges::find_if(layouts(), [&](const Layout& known) { return known.is_at(path); });
  if (layout != layouts().end()) return layout->read(path);
  std::string known;
  for (const Layout& one : layouts())
    known += fmt::format("{}{}", known.empty() ? "" : ", or ", one.description);
  throw DataError(fmt::format("there is no data set at {}; give {}", shown(path), known));
}

}  // namespace tagloom::datasets
