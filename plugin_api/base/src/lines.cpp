#include <tagloom/base/error.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom {

std::string_view without_byte_order_mark(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

bool ends_lines_by_returns(std::string_view beginning) {
  // A newline may still follow one at the end of what was read.
  return beginning.find('\n') == std::string_view::npos && beginning.find('\r') + 1 < beginning.size() &&
         beginning.find('\r') != std::string_view::npos;
}

void refuse_returns_as_line_ends(std::string_view beginning, std::string_view name) {
  if (ends_lines_by_returns(beginning))
    throw DataError(
        fmt::format("the lines of {} end with carriage returns alone, as on old Macs; save it with newlines, "
                    "e.g. by `tr '\\r' '\\n'`",
                    shown(name)));
}

std::vector<std::string_view> lines_of(std::string_view text, std::string_view name) {
  refuse_returns_as_line_ends(text, name);
  text = without_byte_order_mark(text);
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace tagloom
