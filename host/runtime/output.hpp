#pragma once

/// What the program says, on standard output and standard error. A line that cannot be written (a full disk,
/// a reader that left) ends nothing that is being computed: what standard output lost is said at the end by
/// `check_output`, and of what standard error lost nobody can be told. Names that come from outside cannot
/// command a terminal: all passes through `shown_lines` (base/name.hpp).

#include "runtime/quiet.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tagloom::runtime {

void print_text(std::string_view text);
void print_error_text(std::string_view text);

template <class... Values>
void print(fmt::format_string<Values...> format, Values&&... values) {
  print_text(fmt::format(format, std::forward<Values>(values)...));
}

template <class... Values>
void print_error(fmt::format_string<Values...> format, Values&&... values) {
  print_error_text(fmt::format(format, std::forward<Values>(values)...));
}

/// Besides the results: nothing with `--quiet` (quiet.hpp).
template <class... Values>
void remark(fmt::format_string<Values...> format, Values&&... values) {
  if (!is_quiet()) print_text(fmt::format(format, std::forward<Values>(values)...));
}

/// A line of a list: on a terminal that is narrower, its words go on below their column, which begins behind
/// `start` others.
void print_row(std::size_t start, std::string_view line);

/// How a result came about, on standard error: only with `--verbose` (quiet.hpp).
void detail(const std::string& sentence);

/// A line over what follows, bold on a terminal that takes colours.
void print_heading(std::string_view line);

/// Why a command failed: "who: sentence" on standard error, as wide as a terminal is, the first red on one
/// that takes colours.
void print_failure(std::string_view who, std::string_view sentence);

/// Lets a reader see what was printed so far.
void flush_output();

/// Flushes; throws DataError if anything printed was lost.
void check_output();

}  // namespace tagloom::runtime
