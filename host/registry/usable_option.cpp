#include "registry/usable_option.hpp"

#include "options/option.hpp"

#include <tagloom/base/brief.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace tagloom::registry {
namespace {

/// `--set KIND.NAME=VALUE` has no room for others, and neither has what is recorded.
bool can_be_named(std::string_view name) {
  return is_utf8(name) && shown(name) == name && name.find_first_of(" =") == std::string_view::npos;
}

bool all_texts_are_utf8(const OptionSpec& option) {
  const auto* const text = std::get_if<std::string>(&option.default_value);
  return is_utf8(option.help) && (text == nullptr || is_utf8(*text)) &&
         std::ranges::all_of(option.choices, [](const std::string& choice) { return is_utf8(choice); });
}

/// A default beyond them is as wrong as a value that a user gives.
std::string wrong_with_bounds(const OptionSpec& option, double value) {
  const auto is_nan = [](const std::optional<double>& bound) { return bound && std::isnan(*bound); };
  if (!std::isfinite(value)) return "with a default that is no number; give it one";
  if (is_nan(option.minimum) || is_nan(option.maximum))
    return "with a bound that is no number; give it one, or none";
  if (option.minimum && option.maximum && *option.minimum > *option.maximum)
    return fmt::format("with a minimum of {}, above its maximum of {}; exchange them", *option.minimum,
                       *option.maximum);
  if ((option.minimum && value < *option.minimum) || (option.maximum && value > *option.maximum))
    return fmt::format("with a default of {}, which is not {}; choose another", to_text(option.default_value),
                       options::range_of(option));
  return "";
}

}  // namespace

std::string why_unusable(const OptionSpec& option) {
  if (!can_be_named(option.name))
    return "with a character in its name that --set has no room for; name it by letters, digits and "
           "underscores";
  if (!all_texts_are_utf8(option)) return "with a text that is no UTF-8; write it in UTF-8";
  const auto* const text = std::get_if<std::string>(&option.default_value);
  if (text == nullptr && !option.choices.empty())
    return fmt::format("of type {} with choices, which only a text may have; take bounds, or a text",
                       type_name(option.default_value));
  if (text != nullptr && !option.choices.empty() &&
      std::ranges::find(option.choices, *text) == option.choices.end())
    return fmt::format("with the default \"{}\", which is none of its choices; choose another",
                       shown(brief(*text)));
  if (const auto* const real = std::get_if<double>(&option.default_value))
    return wrong_with_bounds(option, *real);
  if (const auto* const integer = std::get_if<std::int64_t>(&option.default_value))
    return wrong_with_bounds(option, static_cast<double>(*integer));
  if (option.minimum || option.maximum)
    return fmt::format("of type {} with bounds, which only a number may have; leave them out",
                       type_name(option.default_value));
  return "";
}

}  // namespace tagloom::registry
