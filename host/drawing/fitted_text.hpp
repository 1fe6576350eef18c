#pragma once

/// Text cut to the room that a drawing has for it.

#include "drawing/typeface.hpp"

#include <string>
#include <string_view>

namespace tagloom::drawing {

/// How much of a text that is too wide is left out, and where.
enum class Cut { end, beginning };

/// The text if `width` pixels hold it, else as many of its characters as they hold, and an ellipsis.
[[nodiscard]] std::string fitted(std::string_view text, int width, int size, const Typeface& typeface,
                                 Cut cut = Cut::end);

}  // namespace tagloom::drawing
