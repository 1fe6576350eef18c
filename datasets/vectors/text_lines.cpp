#include "vectors/text_lines.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/lines.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace tagloom::datasets {
namespace {

constexpr std::size_t kBlock = 1U << 19U;
constexpr std::size_t kLongestLine = 1U << 24U;

}  // namespace

TextLines::TextLines(const std::filesystem::path& path)
    : name_(shown(path)), source_(open_text(path)), buffer_(kBlock) {
  fill();
  if (ends_lines_by_returns(beginning())) line_end_ = '\r';
  // Two lines at least, if there are as many, however long they are.
  while (std::ranges::count(beginning(), line_end_) < 2 && fill()) {
  }
  if (beginning().starts_with(kByteOrderMark)) begin_ += kByteOrderMark.size();
}

std::optional<std::string_view> TextLines::next() {
  std::size_t length = find_end(0);
  while (begin_ + length == end_) {
    if (!fill()) break;
    length = find_end(length);
  }
  const bool has_end = begin_ + length < end_;
  if (length == 0 && !has_end) return std::nullopt;
  const std::string_view line(buffer_.data() + begin_, length);
  begin_ += length + (has_end ? 1 : 0);
  ++number_;
  return line;
}

/// Where the line at hand ends, from its beginning; not before `from`. The end of what is read if the line
/// goes on.
std::size_t TextLines::find_end(std::size_t from) const {
  const char* line = buffer_.data() + begin_;
  const std::size_t bytes = end_ - begin_;
  const void* stop = std::memchr(line + from, line_end_, bytes - from);
  return stop == nullptr ? bytes : static_cast<std::size_t>(static_cast<const char*>(stop) - line);
}

/// Reads on behind what is left of the buffer, which moves to its beginning. False at the text's end.
bool TextLines::fill() {
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
            buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (end_ > kLongestLine)
    throw DataError(
        fmt::format("Line {} of {} is longer than {} megabytes; give a text file of word vectors.",
                    number_ + 1, name_, kLongestLine >> 20U));
  if (end_ == buffer_.size()) buffer_.resize(2 * buffer_.size());
  const std::size_t got = source_->read({buffer_.data() + end_, buffer_.size() - end_});
  end_ += got;
  return got > 0;
}

}  // namespace tagloom::datasets
