#pragma once

/// One option of a command, declared once: from it come what the command line and files of options take, the
/// sentence about a wrong value, help, completion, manual pages and records. A row of a table (table.hpp)
/// binds it to a member of a configuration.

#include <tagloom/options.hpp>

#include <functional>
#include <string>
#include <vector>

namespace tagloom::options {

/// The values of one option: none where it is not set, several of a repeatable one.
using Values = std::vector<OptionValue>;
using Texts = std::vector<std::string>;

struct Option {
  /// Name, default, help and range, as components declare theirs.
  OptionSpec spec;
  /// The heading that help puts it under.
  std::string group = "options";
  /// What help calls its value; completion offers folders for DIR, and files, too, for
  /// FILE and DATA.
  std::string value_name = "TEXT";
  bool required = false;
  bool repeatable = false;
  /// Its name may be left out on the command line.
  bool positional = false;
  /// Under which name records have it; those of no influence on a result have none.
  std::string record;
  /// For a text that a type reads by itself: whether it can, and what it takes.
  std::function<bool(const std::string&)> reads = {};
  std::string takes;

  [[nodiscard]] bool is_flag() const { return std::holds_alternative<bool>(spec.default_value); }
};

/// The headings, each once, in the order in which they come up.
[[nodiscard]] Texts groups_of(const std::vector<Option>& options);

/// Exclusive bounds of a real number.
[[nodiscard]] double above(double bound);
[[nodiscard]] double below(double bound);

/// What a value must be, for people: "from 1 to 100", "above 0", "auto, yes or no"; empty if it may be
/// anything.
[[nodiscard]] std::string range_of(const OptionSpec& spec);

/// The value that a text stands for. Throws UsageError, with what the option takes, for one that it does not.
[[nodiscard]] OptionValue read(const Option& option, const std::string& text);

/// Throws UsageError for a value that the option does not take.
void check(const Option& option, const OptionValue& value);

/// As texts that `read` takes.
[[nodiscard]] Texts texts_of(const Values& values);

}  // namespace tagloom::options
