#pragma once

/// Options of a command as an experiment's file gives them: keys of a table, checked against the command's
/// own table of options.

#include "experiment/section.hpp"
#include "options/option.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tagloom::experiment {

/// One value of one option.
struct GivenOption {
  /// "epochs"; of a component's option "set".
  std::string name;
  /// "15"; "decoder.hidden=512".
  std::string value;
  /// It has no value on a command line.
  bool flag = false;
  /// The file that the value names, if it names one; it may be missing.
  std::filesystem::path file = {};
  /// Its path as the experiment's file says it.
  std::filesystem::path written = {};
  /// Where it stands, for people: "demo.toml, line 12"; empty if no file says it.
  std::string place = {};
};
using GivenOptions = std::vector<GivenOption>;

struct KnownOptions {
  /// "train".
  std::string_view command;
  const std::vector<options::Option>& options;
  /// Those that the experiment itself gives, and no file may.
  std::vector<std::string> taken;
  /// Keys of the table that are none of the command's.
  std::vector<std::string> own = {};
  /// The kinds of components whose options the command takes.
  std::vector<std::string> kinds = {};
};

/// The options of a table: `epochs = 15`, `skip-unreadable = true`, `split = ["validation", "test"]`,
/// `set.decoder.hidden = 512`. Paths are relative to the file. Throws UsageError for an option that the
/// command does not have, or a value that it does not take.
[[nodiscard]] GivenOptions options_in(const Section& section, const KnownOptions& known);

/// All of both; what both name is the later one's.
[[nodiscard]] GivenOptions layered(GivenOptions below, const GivenOptions& above);

/// As words of a command line.
[[nodiscard]] std::vector<std::string> words_of(const GivenOptions& options);

}  // namespace tagloom::experiment
