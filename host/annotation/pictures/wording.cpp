#include "annotation/pictures/wording.hpp"

#include <fmt/format.h>

#include <cmath>

namespace tagloom::annotation::pictures {

std::string percent(float confidence) {
  if (!(confidence >= 0 && confidence <= 1)) return "\u2013";
  const double hundredths = 100.0 * static_cast<double>(confidence);
  if (hundredths < 1) return "<1 %";
  if (hundredths > 99) return ">99 %";
  return fmt::format("{} %", std::lround(hundredths));
}

}  // namespace tagloom::annotation::pictures
