#pragma once

/// Caches whose features another program made.

#include <string_view>

namespace tagloom::featurecache {

/// What the name of their encoder begins with: none of ours has it, so that no plugin is taken for it. Its
/// options `weights` and `preprocessing` are the user's words; `preprocessing_text` gives the latter.
inline constexpr std::string_view kImported = "imported:";

[[nodiscard]] inline bool is_imported(std::string_view encoder) {
  return encoder.starts_with(kImported);
}

}  // namespace tagloom::featurecache
