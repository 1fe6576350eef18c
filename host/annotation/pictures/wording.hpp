#pragma once

#include <string>

namespace tagloom::annotation::pictures {

/// "97 %"; "<1 %" and ">99 %" where rounding would claim certainty, and a dash for what is no probability.
[[nodiscard]] std::string percent(float confidence);

}  // namespace tagloom::annotation::pictures
