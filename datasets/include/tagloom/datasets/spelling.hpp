#pragma once

/// Names of image files in other spellings. To Unicode "é" may be one character or two, which look alike;
/// label files mostly have the one, file systems that came from a Mac the other.

#include <tagloom/datasets/dataset.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tagloom::datasets {

/// The spelling of a name that all others of the same text share: composed, and with \xNN for bytes that are
/// no UTF-8 (stored_name of base/name.hpp).
[[nodiscard]] std::string common_spelling(std::string_view name);

/// Where an image's file is missing but another below the folder of images is the same name in another
/// spelling, that file is taken; the image keeps the name that the label file gave it. Returns how many there
/// are.
std::int64_t find_other_spellings(Dataset& dataset);

}  // namespace tagloom::datasets
