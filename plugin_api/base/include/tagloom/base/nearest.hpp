#pragma once

/// Which of the known words a mistyped one was meant to be: the one way to suggest a command, an option, a
/// value or a plugin.

#include <tagloom/base/export.hpp>

#include <span>
#include <string>
#include <string_view>

namespace tagloom {

/// How many letters are missing, too many, wrong, or exchanged with their neighbour (Damerau and Levenshtein;
/// no letter is changed twice). Upper and lower case are the same letter.
[[nodiscard]] TAGLOOM_API std::size_t typing_errors(std::string_view typed, std::string_view meant);

/// The known word with the fewest typing errors, of several the first; empty if all have more than one in
/// three letters.
[[nodiscard]] TAGLOOM_API std::string nearest(std::string_view typed, std::span<const std::string> known);

/// ` (did you mean "train"?)`, to be put behind the wrong word; empty where nothing is near.
[[nodiscard]] TAGLOOM_API std::string did_you_mean(std::string_view typed,
                                                   std::span<const std::string> known);

}  // namespace tagloom
