#include "options/option.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace tagloom::options {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::optional<bool> flag_in(std::string_view text) {
  // Nothing is what a file says by `name =`.
  for (const char* yes : {"", "on", "yes", "1", "true"})
    if (text == yes) return true;
  for (const char* no : {"off", "no", "0", "false"})
    if (text == no) return false;
  return std::nullopt;
}

template <class Number>
std::optional<OptionValue> number_in(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<OptionValue> parsed(const OptionValue& type, const std::string& text) {
  if (std::holds_alternative<bool>(type)) {
    const auto flag = flag_in(text);
    return flag ? std::optional<OptionValue>(*flag) : std::nullopt;
  }
  if (std::holds_alternative<std::int64_t>(type)) return number_in<std::int64_t>(text);
  if (std::holds_alternative<double>(type)) return number_in<double>(text);
  return text;
}

std::optional<double> as_number(const OptionValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// An exclusive bound is stored as the number next to it, which has many more digits.
std::string bound_text(double bound, double beyond, const char* inclusive, const char* exclusive) {
  const std::string own = fmt::format("{}", bound);
  const std::string other = fmt::format("{}", std::nextafter(bound, beyond));
  return other.size() < own.size() ? fmt::format("{} {}", exclusive, other)
                                   : fmt::format("{} {}", inclusive, own);
}

std::string either(std::span<const std::string> words) {
  if (words.size() == 1) return words.front();
  return fmt::format("{} or {}", fmt::join(words.first(words.size() - 1), ", "), words.back());
}

std::string takes(const Option& option) {
  if (!option.takes.empty()) return option.takes;
  const std::string range = range_of(option.spec);
  if (std::holds_alternative<std::int64_t>(option.spec.default_value))
    return range.empty() ? "a whole number" : "a whole number " + range;
  if (std::holds_alternative<bool>(option.spec.default_value)) return "true or false";
  return range.empty() ? "a number" : range;
}

bool is_taken(const Option& option, const OptionValue& value) {
  const OptionSpec& spec = option.spec;
  if (const auto number = as_number(value))
    return std::isfinite(*number) && *number >= spec.minimum.value_or(-kInfinity) &&
           *number <= spec.maximum.value_or(kInfinity);
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return true;
  if (option.reads) return option.reads(*text);
  return spec.choices.empty() || std::ranges::find(spec.choices, *text) != spec.choices.end();
}

UsageError wrong(const Option& option, const std::string& text) {
  const bool infinite = text == "inf" || text == "nan";
  return UsageError(fmt::format("--{} is {}{}; it must be {}{}.", option.spec.name, shown(text),
                                did_you_mean(text, option.spec.choices), takes(option),
                                infinite ? " and finite" : ""));
}

}  // namespace

Texts groups_of(const std::vector<Option>& options) {
  Texts groups;
  for (const Option& option : options)
    if (std::ranges::find(groups, option.group) == groups.end()) groups.push_back(option.group);
  return groups;
}

double above(double bound) {
  return std::nextafter(bound, kInfinity);
}
double below(double bound) {
  return std::nextafter(bound, -kInfinity);
}

std::string range_of(const OptionSpec& spec) {
  if (!spec.choices.empty()) return either(spec.choices);
  const auto least = [&](const char* word) { return bound_text(*spec.minimum, -kInfinity, word, "above"); };
  const auto most = [&](const char* word) { return bound_text(*spec.maximum, kInfinity, word, "below"); };
  if (!spec.minimum) return spec.maximum ? most("at most") : "";
  if (!spec.maximum) return least("at least");
  const std::string lower = least("from");
  const std::string upper = most("to");
  if (lower.starts_with("from") && upper.starts_with("to")) return lower + " " + upper;
  return least("at least") + " and " + most("at most");
}

OptionValue read(const Option& option, const std::string& text) {
  const auto value = parsed(option.spec.default_value, text);
  if (!value || !is_taken(option, *value)) throw wrong(option, text);
  return *value;
}

void check(const Option& option, const OptionValue& value) {
  if (!is_taken(option, value)) throw wrong(option, to_text(value));
}

Texts texts_of(const Values& values) {
  Texts texts;
  for (const OptionValue& value : values)
    texts.push_back(to_text(value));
  return texts;
}

}  // namespace tagloom::options
