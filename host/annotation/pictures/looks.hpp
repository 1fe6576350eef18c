#pragma once

/// How drawings look: colours and measures that they share. Letters have a contrast of 7 to 1 or more on
/// their ground, bars one of 3 to 1, as WCAG 2.1 asks for (AAA and 1.4.11).

#include "annotation/pictures/typeface.hpp"

namespace tagloom::annotation::pictures {

inline const Color kPaper(255, 255, 255);
inline const Color kInk(28, 32, 36);
inline const Color kFaintInk(80, 86, 92);
inline const Color kBar(33, 102, 172);
inline const Color kBarGround(226, 231, 236);
/// Around a thumbnail that does not fill its place, and behind a tag on a contact sheet.
inline const Color kMat(242, 243, 245);
inline const Color kChip(231, 238, 247);

/// Sizes of letters, in pixels.
inline constexpr int kLabelSize = 17;
inline constexpr int kNoteSize = 14;

inline constexpr int kMargin = 24;
inline constexpr int kGap = 20;
/// Neither side of a drawing is longer, however large the picture is.
inline constexpr int kLongestSide = 1600;
/// What is left out beyond so many, a line says.
inline constexpr int kMostTags = 24;

}  // namespace tagloom::annotation::pictures
