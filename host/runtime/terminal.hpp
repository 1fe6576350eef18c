#pragma once

/// What the terminal is like that people read on, if it is one.

#include "runtime/variables.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace tagloom::runtime {

/// How many columns standard output has: COLUMNS where that is a number, else the terminal's, else 80.
[[nodiscard]] int columns(const Variables& variable = own_variable);

/// A text in lines that are no longer than a stream (STDOUT_FILENO, STDERR_FILENO) that is a terminal has
/// columns: broken between words, and continued behind `indent` blanks. As it is where the stream is none.
[[nodiscard]] std::string in_lines(int descriptor, std::string_view text, std::size_t indent = 2,
                                   const Variables& variable = own_variable);

/// Whether a stream (STDOUT_FILENO, STDERR_FILENO) is a terminal that may be given colours: not with NO_COLOR
/// (no-color.org) or on one that is dumb.
[[nodiscard]] bool takes_colours(int descriptor, const Variables& variable = own_variable);

}  // namespace tagloom::runtime
