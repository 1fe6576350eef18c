#pragma once

/// Colours that all drawings share. Letters have a contrast of 7 to 1 or more on their ground, bars one of 3
/// to 1, as WCAG 2.1 asks for (AAA and 1.4.11).

#include "drawing/typeface.hpp"

namespace tagloom::drawing {

inline const Color kPaper(255, 255, 255);
inline const Color kInk(28, 32, 36);
inline const Color kFaintInk(80, 86, 92);
inline const Color kBar(33, 102, 172);
inline const Color kBarGround(226, 231, 236);
/// Around a thumbnail that does not fill its place.
inline const Color kMat(242, 243, 245);

}  // namespace tagloom::drawing
