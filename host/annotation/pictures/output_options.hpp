#pragma once

/// Which of what `tagloom annotate` may leave behind picture by picture is asked for: drawings, a contact
/// sheet, keywords.

#include "annotation/xmp_kind.hpp"
#include "options/table.hpp"

#include <filesystem>

namespace tagloom::annotation::pictures {

struct Outputs {
  /// Folder for drawings; none if empty, as below.
  std::filesystem::path pictures;
  /// File for the contact sheet.
  std::filesystem::path sheet;
  std::filesystem::path font;
  Xmp xmp = Xmp::none;
  std::filesystem::path xmp_folder;
};

/// A row an option, in the command line's words.
const options::Table<Outputs>& option_table();

/// Throws UsageError for what makes no sense together.
void check(const Outputs& outputs);

/// Whether there is anything to draw.
[[nodiscard]] bool draws(const Outputs& outputs);

/// Whether annotations should come with attention, from models that have it.
[[nodiscard]] bool wants_attention(const Outputs& outputs);

}  // namespace tagloom::annotation::pictures
