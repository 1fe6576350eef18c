#pragma once

/// Differences as people and programs read them.

#include "results/differences.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace tagloom::results {

/// "per class F1" for "per_class.f1"; the name itself of what has no other.
[[nodiscard]] std::string_view words_for(std::string_view figure);

/// Labels that differ are listed, or all of them.
struct LabelChoice {
  bool all = false;
  /// At most so many of those that differ.
  std::size_t most = 12;
};

/// Tables in lines of at most `columns`, one line a figure where there is room for it (74), else two.
[[nodiscard]] std::string to_text(const Differences& differences, const LabelChoice& labels, int columns);

/// The same as Markdown.
[[nodiscard]] std::string to_markdown(const Differences& differences, const LabelChoice& labels);

/// All figures and all labels; docs/compare.md describes it.
[[nodiscard]] nlohmann::ordered_json to_json(const Differences& differences);

}  // namespace tagloom::results
