#pragma once

/// What is written on drawings, cut to the room that there is.

#include "annotation/pictures/typeface.hpp"

#include <string>
#include <string_view>

namespace tagloom::annotation::pictures {

/// "97 %"; "<1 %" and ">99 %" where rounding would claim certainty, and a dash for what is no probability.
[[nodiscard]] std::string percent(float confidence);

/// How much of a text that is too wide is left out, and where.
enum class Cut { end, beginning };

/// The text if `width` pixels hold it, else as many of its characters as they hold, and an ellipsis.
[[nodiscard]] std::string fitted(std::string_view text, int width, int size, const Typeface& typeface,
                                 Cut cut = Cut::end);

}  // namespace tagloom::annotation::pictures
