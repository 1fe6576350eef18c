#include "layouts/csv_rows.hpp"

#include "layouts/text_check.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tagloom::datasets {
namespace {

constexpr int kEnd = std::char_traits<char>::eof();

std::string without_blanks(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

char separator_of(const std::filesystem::path& path) {
  constexpr std::array kFieldSeparators = {'\t', ',', ';'};
  FileBuffer text(path);
  std::array<bool, kFieldSeparators.size()> seen{};
  bool quoted = false;
  for (int byte = text.sbumpc(); byte != kEnd && (quoted || byte != '\n'); byte = text.sbumpc()) {
    if (byte == '"') quoted = !quoted;
    const auto* const separator = std::ranges::find(kFieldSeparators, static_cast<char>(byte));
    if (!quoted && separator != kFieldSeparators.end())
      seen.at(static_cast<std::size_t>(separator - kFieldSeparators.begin())) = true;
  }
  const auto* const first = std::ranges::find(seen, true);
  return first == seen.end() ? ',' : kFieldSeparators.at(static_cast<std::size_t>(first - seen.begin()));
}

}  // namespace

CsvRows::CsvRows(const std::filesystem::path& path)
    : path_(path), text_(path), separator_(separator_of(path)) {
  begin_text(text_);
}

std::string CsvRows::where() const {
  return fmt::format("line {} of {}", line_, shown(path_));
}

std::optional<CsvRow> CsvRows::next() {
  while (text_.sgetc() != kEnd) {
    line_ = line_at_;
    CsvRow row;
    End end = End::field;
    while (end == End::field)
      end = read_field(row.emplace_back());
    if (row.size() == 1 && row.front().empty()) continue;
    if (std::ranges::any_of(row, [](const std::string& field) { return !is_utf8(field); }))
      throw DataError(fmt::format("{} holds bytes that are no UTF-8; save the file as UTF-8.", where()));
    return row;
  }
  return std::nullopt;
}

CsvRows::End CsvRows::read_field(std::string& field) {
  bool was_quoted = false;
  while (true) {
    const int byte = text_.sbumpc();
    if (byte == '"' && !was_quoted && without_blanks(field).empty()) {
      field.clear();
      read_quoted(field);
      was_quoted = true;
      continue;
    }
    if (byte != kEnd && byte != '\n' && byte != separator_) {
      // Behind a closing quote only the end of the field has a meaning.
      if (was_quoted && (byte == '\r' || byte == ' ')) continue;
      if (field.size() == kLongestLine)
        throw DataError(fmt::format("{} has a field of more than {} bytes; this is no table of images.",
                                    where(), kLongestLine));
      field += static_cast<char>(byte);
      continue;
    }
    if (!was_quoted) field = without_blanks(field);
    if (byte == separator_) return End::field;
    if (byte == kEnd) return End::file;
    ++line_at_;
    return End::row;
  }
}

void CsvRows::read_quoted(std::string& field) {
  while (true) {
    const int byte = text_.sbumpc();
    if (byte == kEnd)
      throw DataError(
          fmt::format("{} opens a quote that nothing closes; close it, or double it if it is part "
                      "of a name.",
                      where()));
    if (byte == '"' && text_.sgetc() != '"') return;
    if (byte == '"') text_.sbumpc();
    if (byte == '\n') ++line_at_;
    if (field.size() == kLongestLine)
      throw DataError(fmt::format("{} has a field of more than {} bytes: a quote in it may not be closed.",
                                  where(), kLongestLine));
    field += static_cast<char>(byte);
  }
}

}  // namespace tagloom::datasets
