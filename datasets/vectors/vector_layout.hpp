#pragma once

/// What a text file of word vectors looks like, told from how it begins.

#include <cstdint>
#include <string>
#include <string_view>

namespace tagloom::datasets {

struct VectorLayout {
  /// Whether the first line is "count dimension".
  bool has_header = false;
  /// Numbers on a line; 0 if there is no line with any.
  std::int64_t dimension = 0;
};

constexpr std::string_view kSeparators = " \t";

/// Without the spaces and tabs around it, and the carriage returns at its end.
std::string_view trimmed(std::string_view line);
/// How many there are between runs of separators.
std::int64_t count_fields(std::string_view line);

/// The dimension is the header's, or how many numbers most of the first lines end with.
VectorLayout vector_layout(std::string_view beginning);

/// Why the file is no text of word vectors ("it is an HTML page; ..."); empty if it looks like one. Part of a
/// sentence, without its period.
std::string not_text(std::string_view beginning);

}  // namespace tagloom::datasets
