#include "vectors/vector_layout.hpp"

#include <tagloom/base/file_kind.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace tagloom::datasets {
namespace {

constexpr std::size_t kLinesToGoBy = 100;

std::vector<std::string_view> first_lines(std::string_view beginning) {
  std::vector<std::string_view> lines;
  while (lines.size() < kLinesToGoBy && !beginning.empty()) {
    const std::size_t end = beginning.find_first_of("\r\n");
    // The last one may be cut.
    if (end == std::string_view::npos && !lines.empty()) break;
    const std::string_view line = trimmed(beginning.substr(0, end));
    if (!line.empty()) lines.push_back(line);
    beginning.remove_prefix(end == std::string_view::npos ? beginning.size() : end + 1);
  }
  return lines;
}

/// "count dimension"; nothing if the line is anything else.
std::optional<std::int64_t> header_dimension(std::string_view line) {
  std::uint64_t count = 0;
  std::int64_t dimension = 0;
  const char* const end = line.data() + line.size();
  const auto [after, error] = std::from_chars(line.data(), end, count);
  if (error != std::errc() || after == end || kSeparators.find(*after) == std::string_view::npos)
    return std::nullopt;
  const std::size_t second =
      line.find_first_not_of(kSeparators, static_cast<std::size_t>(after - line.data()));
  const auto [last, wrong] = std::from_chars(line.data() + second, end, dimension);
  if (wrong != std::errc() || last != end || dimension < 1) return std::nullopt;
  return dimension;
}

bool is_number(std::string_view field) {
  if (field.starts_with('+')) field.remove_prefix(1);
  long double value = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  return error == std::errc() && end == field.data() + field.size();
}

/// How many numbers end the line; its first field is a word, whatever it looks like.
std::int64_t numbers_at_end(std::string_view line) {
  std::int64_t numbers = 0;
  while (true) {
    const std::size_t separator = line.find_last_of(kSeparators);
    if (separator == std::string_view::npos || !is_number(line.substr(separator + 1))) return numbers;
    ++numbers;
    line = trimmed(line.substr(0, separator));
  }
}

/// Among equally common ones the first.
std::int64_t most_common_dimension(const std::vector<std::string_view>& lines) {
  std::vector<std::pair<std::int64_t, int>> counts;
  for (const std::string_view line : lines) {
    const std::int64_t numbers = numbers_at_end(line);
    const auto known = std::ranges::find(counts, numbers, &std::pair<std::int64_t, int>::first);
    if (known == counts.end())
      counts.emplace_back(numbers, 1);
    else
      ++known->second;
  }
  if (counts.empty()) return 0;
  return std::ranges::max_element(counts, {}, &std::pair<std::int64_t, int>::second)->first;
}

}  // namespace

std::string_view trimmed(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kSeparators), line.size()));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return line;
}

std::int64_t count_fields(std::string_view line) {
  std::int64_t fields = 0;
  for (std::size_t at = line.find_first_not_of(kSeparators); at != std::string_view::npos; ++fields)
    at = line.find_first_not_of(kSeparators, line.find_first_of(kSeparators, at));
  return fields;
}

VectorLayout vector_layout(std::string_view beginning) {
  const std::vector<std::string_view> lines = first_lines(beginning);
  if (lines.size() > 1)
    if (const auto dimension = header_dimension(lines[0]); dimension && count_fields(lines[1]) > *dimension)
      return {.has_header = true, .dimension = *dimension};
  return {.has_header = false, .dimension = most_common_dimension(lines)};
}

std::string not_text(std::string_view beginning) {
  const std::string_view first = trimmed(beginning.substr(0, beginning.find_first_of("\r\n")));
  const bool has_zeros = beginning.find('\0') != std::string_view::npos;
  if (has_zeros && header_dimension(first))
    return "it is a binary word2vec file; in Python, gensim's load_word2vec_format(file, binary=True) and "
           "save_word2vec_format write it as text";
  std::string_view kind = file_kind(beginning);
  if (kind.empty() && has_zeros) kind = "a binary file";
  if (kind.empty()) return "";
  return fmt::format(
      "it is {}; give a text file in UTF-8 with a word and its numbers on each line, as it is or packed by "
      "gzip or "
      "zip",
      kind);
}

}  // namespace tagloom::datasets
