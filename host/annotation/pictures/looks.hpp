#pragma once

/// How drawings of tagged pictures look: colours and measures that they share.

#include "drawing/colors.hpp"

namespace tagloom::annotation::pictures {

using drawing::kBar;
using drawing::kBarGround;
using drawing::kFaintInk;
using drawing::kInk;
using drawing::kMat;
using drawing::kPaper;
/// Behind a tag on a contact sheet.
inline const drawing::Color kChip(231, 238, 247);

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
