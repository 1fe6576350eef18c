#include "vectors/vector_lines.hpp"

#include "vectors/vector_layout.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <system_error>
#include <utility>

namespace tagloom::datasets {
namespace {

constexpr std::size_t kWordShown = 80;

/// Numbers that float32 cannot tell from zero are read as such, or nearly; nothing if it is no finite number.
std::optional<float> number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const char* const end = text.data() + text.size();
  float value = 0;
  auto [next, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) {
    long double wide = 0;
    const auto again = std::from_chars(text.data(), end, wide);
    next = again.ptr;
    error = again.ec;
    value = static_cast<float>(wide);
  }
  if (error != std::errc() || next != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Those of word vectors are near 1. One beyond this has lost its point, and training with it leaves the
/// numbers, which would be blamed on the model.
constexpr float kLargest = 1e9F;

bool is_integer(std::string_view text) {
  return text.find_first_not_of("0123456789+-") == std::string_view::npos;
}

/// Cuts the next field off the front.
std::string_view take_field(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSeparators), text.size()));
  const std::string_view field = text.substr(0, text.find_first_of(kSeparators));
  text.remove_prefix(field.size());
  return field;
}

std::string_view last_field(std::string_view text) {
  return text.substr(text.find_last_of(kSeparators) + 1);
}

/// How many spaces and tabs, eight bytes at a time: most of the time that a large file takes goes here.
std::int64_t count_separators(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kLow = 0x7f * kOnes;
  const bool has_tabs = text.find('\t') != std::string_view::npos;
  std::int64_t count = 0;
  for (; !has_tabs && text.size() >= sizeof kOnes; text.remove_prefix(sizeof kOnes)) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data(), sizeof bytes);
    bytes ^= ' ' * kOnes;
    // The high bit of every byte that is zero by now.
    const std::uint64_t zeros = ~(((bytes & kLow) + kLow) | bytes | kLow);
    count += static_cast<std::int64_t>((zeros >> 7U) * kOnes >> 56U);
  }
  return count + std::ranges::count_if(text, [](char c) { return c == ' ' || c == '\t'; });
}

/// The word is what stands before the last `dimension` fields; nothing if there are fewer.
std::optional<VectorLines::Line> split(std::string_view line, std::int64_t dimension) {
  std::string_view word = line;
  for (std::int64_t i = 0; i < dimension; ++i) {
    const std::size_t separator = word.find_last_of(kSeparators);
    if (separator == std::string_view::npos) return std::nullopt;
    word = trimmed(word.substr(0, separator));
  }
  if (word.empty()) return std::nullopt;
  return VectorLines::Line{.word = word, .numbers = line.substr(word.size())};
}

/// Nothing but numbers behind a separator: some tools have a vector for the blank.
bool is_without_word(std::string_view line, std::int64_t dimension) {
  if (kSeparators.find(line.front()) == std::string_view::npos || count_fields(line) != dimension)
    return false;
  return number(take_field(line)).has_value();
}

}  // namespace

VectorLines::VectorLines(const std::filesystem::path& path) : name_(shown(path)), lines_(path) {
  if (const std::string reason = not_text(lines_.beginning()); !reason.empty())
    throw DataError(fmt::format("{} holds no word vectors as text: {}.", name_, reason));
  const VectorLayout layout = vector_layout(lines_.beginning());
  dimension_ = layout.dimension;
  has_header_ = layout.has_header;
}

std::optional<VectorLines::Line> VectorLines::next() {
  while (const auto whole = lines_.next()) {
    const std::string_view text = trimmed(*whole);
    if (text.empty() || std::exchange(has_header_, false)) continue;
    const std::int64_t separators = count_separators(text);
    if (separators == dimension_ && separators > 0) {
      const std::size_t end = text.find_first_of(kSeparators);
      return Line{.word = text.substr(0, end), .numbers = text.substr(end)};
    }
    const auto line = dimension_ > 0 ? split(text, dimension_) : std::nullopt;
    if (line) return line;
    if (is_without_word(*whole, dimension_)) continue;
    const std::int64_t numbers = count_fields(text) - 1;
    if (dimension_ < 1 || numbers < 1)
      throw DataError(
          fmt::format("Line {} of {} has no numbers after its word; give word vectors as text, separated by "
                      "spaces or tabs.",
                      lines_.number(), name_));
    throw DataError(fmt::format(
        "Line {} of {} has {} after its word, but {} are usual there; copy or fetch the file again.",
        lines_.number(), name_, counted(numbers, "number"), dimension_));
  }
  return std::nullopt;
}

std::vector<float> VectorLines::numbers_of(const Line& line) const {
  std::vector<float> numbers;
  std::string_view rest = line.numbers;
  for (auto field = take_field(rest); !field.empty(); field = take_field(rest)) {
    const auto value = number(field);
    if (!value) malformed(line);
    if (std::abs(*value) > kLargest)
      throw DataError(fmt::format(
          "Line {} of {} (\"{}\") holds the number {}, far larger than those of word vectors are; copy or "
          "fetch the file again.",
          lines_.number(), name_, shown(line.word.substr(0, kWordShown)), *value));
    numbers.push_back(*value);
  }
  if (static_cast<std::int64_t>(numbers.size()) != dimension_) malformed(line);
  return numbers;
}

void VectorLines::refuse_surplus(const Line& line) const {
  const std::string_view surplus = last_field(line.word);
  // "windows 95" before numbers with a point is a word.
  if (number(surplus) && (!is_integer(surplus) || is_integer(last_field(line.numbers)))) malformed(line);
}

void VectorLines::malformed(const Line& line) const {
  throw DataError(
      fmt::format("Line {} of {} (\"{}\") does not hold {} finite numbers after its word; copy or fetch the "
                  "file again.",
                  lines_.number(), name_, shown(line.word.substr(0, kWordShown)), dimension_));
}

}  // namespace tagloom::datasets
