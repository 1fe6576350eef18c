#include "dataset_report/wording.hpp"

#include "runtime/wrapped.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::dataset_report {

std::string paragraph(std::string_view text, int columns) {
  return runtime::wrapped(text, {.width = static_cast<std::size_t>(columns), .first_indent = 2, .indent = 4});
}

std::string list(std::span<const std::string> items) {
  std::string text;
  const std::size_t named = std::min(items.size(), kNamed);
  for (std::size_t i = 0; i < named; ++i)
    text += (i == 0 ? "" : ", ") + items[i];
  if (named < items.size()) text += fmt::format(" and {} more", items.size() - named);
  return text;
}

}  // namespace tagloom::dataset_report
