#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>
#include <tagloom/options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace tagloom {
namespace {

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<OptionValue> parse_as(const OptionValue& type, const std::string& text) {
  if (std::holds_alternative<std::string>(type)) return OptionValue(text);
  if (std::holds_alternative<bool>(type)) {
    if (text == "true" || text == "1" || text == "on") return OptionValue(true);
    if (text == "false" || text == "0" || text == "off") return OptionValue(false);
    return std::nullopt;
  }
  if (std::holds_alternative<std::int64_t>(type)) {
    const auto value = parse_number<std::int64_t>(text);
    return value ? std::optional(OptionValue(*value)) : std::nullopt;
  }
  const auto value = parse_number<double>(text);
  return value ? std::optional(OptionValue(*value)) : std::nullopt;
}

std::optional<double> as_number(const OptionValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

void check_range(std::string_view owner, const OptionSpec& spec, const OptionValue& value) {
  if (const auto number = as_number(value)) {
    // Negated comparisons also refuse NaN.
    if (spec.minimum && !(*number >= *spec.minimum))
      throw UsageError(fmt::format("{}: option {} is {}, but at least {} is needed.", owner, spec.name,
                                   to_text(value), *spec.minimum));
    if (spec.maximum && !(*number <= *spec.maximum))
      throw UsageError(fmt::format("{}: option {} is {}, but at most {} is allowed.", owner, spec.name,
                                   to_text(value), *spec.maximum));
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && !spec.choices.empty() &&
      std::ranges::find(spec.choices, *text) == spec.choices.end())
    throw UsageError(fmt::format("{}: option {} is \"{}\"{}; choose one of {}.", owner, spec.name,
                                 shown(*text), did_you_mean(*text, spec.choices),
                                 fmt::join(spec.choices, ", ")));
}

template <class T>
const T& read_as(const OptionValue& value, std::string_view name) {
  if (const auto* const held = std::get_if<T>(&value)) return *held;
  throw std::logic_error(fmt::format("option {} was read as {}, but declared as {}", name,
                                     type_name(OptionValue(T())), type_name(value)));
}

}  // namespace

Options::Options(std::string_view owner, std::span<const OptionSpec> specs,
                 const std::map<std::string, std::string>& assignments) {
  for (const OptionSpec& spec : specs) {
    OptionValue value = spec.default_value;
    if (const auto given = assignments.find(spec.name); given != assignments.end()) {
      const auto parsed = parse_as(spec.default_value, given->second);
      if (!parsed)
        throw UsageError(fmt::format("{}: option {} takes a value of type {}, not \"{}\".", owner, spec.name,
                                     type_name(spec.default_value), shown(given->second)));
      value = *parsed;
    }
    check_range(owner, spec, value);
    values_.emplace(spec.name, std::move(value));
  }
  for (const auto& [name, text] : assignments) {
    if (values_.contains(name)) continue;
    std::vector<std::string> known;
    for (const OptionSpec& spec : specs)
      known.push_back(spec.name);
    throw UsageError(known.empty() ? fmt::format("{} has no options, but {} was given.", owner, shown(name))
                                   : fmt::format("{} has no option {}{}; it has {}.", owner, shown(name),
                                                 did_you_mean(name, known), fmt::join(known, ", ")));
  }
}

const OptionValue& Options::value(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end())
    throw std::logic_error(fmt::format("option {} was read but never declared", name));
  return found->second;
}

bool Options::flag(std::string_view name) const {
  return read_as<bool>(value(name), name);
}
std::int64_t Options::integer(std::string_view name) const {
  return read_as<std::int64_t>(value(name), name);
}
double Options::real(std::string_view name) const {
  return read_as<double>(value(name), name);
}
const std::string& Options::text(std::string_view name) const {
  return read_as<std::string>(value(name), name);
}

std::map<std::string, std::string> Options::to_text() const {
  std::map<std::string, std::string> text;
  for (const auto& [name, value] : values_)
    text.emplace(name, tagloom::to_text(value));
  return text;
}

std::string type_name(const OptionValue& value) {
  constexpr const char* kNames[] = {"bool", "integer", "real", "text"};
  return kNames[value.index()];
}

std::string to_text(const OptionValue& value) {
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

}  // namespace tagloom
