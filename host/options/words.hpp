#pragma once

/// The words for an enumeration's values, as options and records spell them. Whoever defines the enumeration
/// specialises Words for it, beside it: `static constexpr auto kAll = std::to_array<Word<Color>>({{red,
/// "red"}})`.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace tagloom::options {

template <class Enum>
using Word = std::pair<Enum, std::string_view>;

template <class Enum>
struct Words;

template <class Enum>
concept Worded = requires {
  Words<Enum>::kAll;
};

template <Worded Enum>
[[nodiscard]] std::string word_for(Enum value) {
  for (const auto& [known, word] : Words<Enum>::kAll)
    if (known == value) return std::string(word);
  return {};
}

/// Empty for nothing.
template <Worded Enum>
[[nodiscard]] std::string word_or_none(const std::optional<Enum>& value) {
  return value ? word_for(*value) : std::string();
}

/// Nothing if it is none of them.
template <Worded Enum>
[[nodiscard]] std::optional<Enum> named_by(std::string_view word) {
  for (const auto& [value, known] : Words<Enum>::kAll)
    if (known == word) return value;
  return std::nullopt;
}

}  // namespace tagloom::options
