#pragma once

/// Typed options. A component declares what can be set (name, default, range, help); the host shows, checks
/// and records the values; the component reads them typed. No component ever parses text.

#include <tagloom/base/export.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tagloom {

/// The type of an option is the alternative its default holds.
using OptionValue = std::variant<bool, std::int64_t, double, std::string>;

/// One option as its component declares it.
struct OptionSpec {
  /// What `--set KIND.NAME=VALUE` has room for: no space, no "=".
  std::string name;
  /// Within its own bounds, and among its own choices.
  OptionValue default_value;
  std::string help;
  /// Inclusive bounds of a number.
  std::optional<double> minimum = {};
  std::optional<double> maximum = {};
  /// When not empty, a text option takes only one of these.
  std::vector<std::string> choices = {};
};

/// The values of all options a component declared. Immutable after construction.
class TAGLOOM_API Options {
 public:
  Options() = default;

  /// Defaults, overridden by `assignments` (name to text). `owner` names the component in errors.
  /// Throws UsageError for an unknown name, a text that is no value of the option's type, or a value out of
  /// range.
  Options(std::string_view owner, std::span<const OptionSpec> specs,
          const std::map<std::string, std::string>& assignments);

  /// The value of an option, of the type that it was declared with. Throws std::logic_error, which names the
  /// option, for one that was never declared or is of another type: a mistake of the component's.
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;

  /// Every option as text that the constructor reads back to the same value: what is recorded in caches and
  /// checkpoints.
  [[nodiscard]] std::map<std::string, std::string> to_text() const;

 private:
  [[nodiscard]] const OptionValue& value(std::string_view name) const;

  std::map<std::string, OptionValue, std::less<>> values_;
};

/// The type's name ("bool", "integer", "real", "text"), and a value as text.
TAGLOOM_API std::string type_name(const OptionValue& value);
TAGLOOM_API std::string to_text(const OptionValue& value);

}  // namespace tagloom
