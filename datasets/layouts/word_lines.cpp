#include "layouts/word_lines.hpp"

#include "layouts/text_check.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::datasets {
namespace {

std::vector<std::string> split_at(const std::string& line, const char* separators) {
  std::vector<std::string> words;
  std::size_t end = 0;
  while (true) {
    const std::size_t begin = line.find_first_not_of(separators, end);
    if (begin == std::string::npos) return words;
    end = std::min(line.find_first_of(separators, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
  }
}

}  // namespace

WordLines::WordLines(const std::filesystem::path& path) : path_(path), buffer_(path) {
  begin_text(buffer_);
}

std::optional<std::vector<std::string>> WordLines::next() {
  while (read_line()) {
    if (!is_utf8(line_))
      throw DataError(fmt::format("line {} of {} holds bytes that are no UTF-8; save the file as UTF-8.",
                                  number_, shown(path_)));
    auto words = split_at(line_, line_.find('\t') != std::string::npos ? "\t\r" : " \r");
    if (!words.empty()) return words;
  }
  return std::nullopt;
}

bool WordLines::read_line() {
  line_.clear();
  if (buffer_.sgetc() == std::char_traits<char>::eof()) return false;
  ++number_;
  for (int byte = buffer_.sbumpc(); byte != std::char_traits<char>::eof() && byte != '\n';
       byte = buffer_.sbumpc()) {
    if (line_.size() == kLongestLine)
      throw DataError(fmt::format("line {} of {} is longer than {} bytes; this is no list of images.",
                                  number_, shown(path_), kLongestLine));
    line_ += static_cast<char>(byte);
  }
  return true;
}

}  // namespace tagloom::datasets
