#pragma once

#include <string_view>

namespace tagloom::result_page {

/// The files of page/, as CMake embeds them: page.html, which has places for the others; page.css; and the
/// scripts, one after another.
extern const std::string_view kFrame;
extern const std::string_view kStyle;
extern const std::string_view kScript;

}  // namespace tagloom::result_page
