#pragma once

/// A configuration as a file of `name = value` lines that `--config` reads back.

#include "options/table.hpp"

namespace tagloom::options {

/// The lines of one option. Throws UsageError for a value that such a file cannot hold.
[[nodiscard]] std::string config_lines(const Option& option, const Values& values);

/// All that is set, defaults included, but for what does nothing.
template <class Config>
[[nodiscard]] std::string config_file(const Table<Config>& table, const Config& config) {
  std::string text;
  for (const std::string& heading : groups_of(options_of(table))) {
    text += "# " + heading + "\n";
    for (const Row<Config>& row : table)
      if (row.option.group == heading && why_idle(row, config).empty())
        text += config_lines(row.option, row.get(config));
  }
  return text;
}

}  // namespace tagloom::options
