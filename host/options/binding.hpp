#pragma once

/// How a configuration's members become an option's values and back: numbers, texts, paths, enumerations with
/// words, and types that read themselves (`static std::optional<T> from_text(const std::string&)` and
/// `to_text()`, with `kTakes` to say what).

#include "options/option.hpp"
#include "options/words.hpp"

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <string>
#include <type_traits>

namespace tagloom::options {

template <class Member>
concept ReadsItself = requires(const Member& member, const std::string& text) {
  { Member::from_text(text).value() } -> std::convertible_to<Member>;
  { member.to_text() } -> std::convertible_to<std::string>;
};

template <class Member>
[[nodiscard]] OptionValue to_value(const Member& member) {
  if constexpr (std::is_same_v<Member, std::filesystem::path>)
    return member.string();
  else if constexpr (std::is_same_v<Member, std::uint64_t>)
    return static_cast<std::int64_t>(member);
  else if constexpr (Worded<Member>)
    return word_for(member);
  else if constexpr (ReadsItself<Member>)
    return member.to_text();
  else
    return member;
}

/// The member for a value that was checked.
template <class Member>
[[nodiscard]] Member from_value(const OptionValue& value) {
  if constexpr (std::is_same_v<Member, std::filesystem::path>)
    return Member(std::get<std::string>(value));
  else if constexpr (std::is_same_v<Member, std::uint64_t>)
    return static_cast<Member>(std::get<std::int64_t>(value));
  else if constexpr (Worded<Member>)
    return named_by<Member>(std::get<std::string>(value)).value();
  else if constexpr (ReadsItself<Member>)
    return Member::from_text(std::get<std::string>(value)).value();
  else
    return std::get<Member>(value);
}

/// What the type alone says of an option.
template <class Member>
void describe_type(Option& option) {
  if constexpr (std::is_same_v<Member, std::filesystem::path>) option.value_name = "FILE";
  if constexpr (std::is_arithmetic_v<Member>) option.value_name = std::is_integral_v<Member> ? "N" : "X";
  if constexpr (Worded<Member>) {
    for (const auto& [unused, word] : Words<Member>::kAll)
      option.spec.choices.emplace_back(word);
    option.value_name = "WORD";
  }
  if constexpr (ReadsItself<Member>) {
    option.reads = [](const std::string& text) { return Member::from_text(text).has_value(); };
    option.takes = Member::kTakes;
  }
}

}  // namespace tagloom::options
