#include "layouts/voc_annotation.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <string_view>

namespace tagloom::datasets {

VocAnnotation read_voc_annotation(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  pugi::xml_document document;
  const auto result = document.load_buffer(text.data(), text.size());
  if (!result) {
    const auto before = text.substr(0, static_cast<std::size_t>(std::max<std::ptrdiff_t>(result.offset, 0)));
    throw DataError(fmt::format("{} is no valid XML: {} at line {}; mend or replace it.", shown(path),
                                result.description(), 1 + std::ranges::count(before, '\n')));
  }
  const auto annotation = document.child("annotation");
  if (!annotation)
    throw DataError(
        fmt::format("{} has no element <annotation>, as Pascal VOC's files have; replace it.", shown(path)));
  VocAnnotation found;
  int index = 0;
  for (const auto& object : annotation.children("object")) {
    ++index;
    const std::string name = object.child("name").text().get();
    if (name.empty())
      throw DataError(
          fmt::format("object {} of {} has no <name>; give it one, or remove it.", index, shown(path)));
    if (object.child("difficult").text().as_int() != 0)
      ++found.difficult;
    else if (std::ranges::find(found.labels, name) == found.labels.end())
      found.labels.push_back(name);
  }
  return found;
}

}  // namespace tagloom::datasets
