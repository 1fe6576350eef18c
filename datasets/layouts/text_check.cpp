#include "layouts/text_check.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

namespace tagloom::datasets {

void begin_text(FileBuffer& text) {
  const std::filesystem::path& path = text.file().path();
  if (const auto kind = file_kind(text.file()); !kind.empty())
    throw DataError(
        fmt::format("{} is no list of images: it is {}; give the text itself, in UTF-8.", shown(path), kind));
  refuse_returns_as_line_ends(text.beginning(), path.native());
  if (text.beginning().starts_with(kByteOrderMark))
    for (std::size_t i = 0; i < kByteOrderMark.size(); ++i)
      text.sbumpc();
}

}  // namespace tagloom::datasets
