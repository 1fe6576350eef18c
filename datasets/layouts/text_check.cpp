#include "layouts/text_check.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file_kind.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <array>

namespace tagloom::datasets {

void require_text(const File& file) {
  if (const auto kind = file_kind(file); !kind.empty())
    throw DataError(fmt::format("{} is no list of images: it is {}; give the text itself, in UTF-8.",
                                shown(file.path()), kind));
}

void skip_byte_order_mark(std::streambuf& text) {
  constexpr std::array<int, 3> kMark = {0xEF, 0xBB, 0xBF};
  std::size_t same = 0;
  while (same < kMark.size() && text.sgetc() == kMark.at(same)) {
    text.sbumpc();
    ++same;
  }
  for (; same > 0 && same < kMark.size(); --same)
    text.sungetc();
}

}  // namespace tagloom::datasets
