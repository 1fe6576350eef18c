#pragma once

/// A TOML file as values that the rest of the room reads, with the line that each stands on, for sentences
/// about what is wrong with one. toml++ takes seconds to compile, and is known to toml_file.cpp alone.

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace tagloom::experiment {

struct TomlFile {
  std::filesystem::path path;
  /// The folder that paths in it are relative to.
  std::filesystem::path base;
  /// Keys in the order of the file.
  nlohmann::ordered_json values;
  /// By JSON pointer: "/train/epochs".
  std::map<std::string, std::size_t> lines;

  /// Where a value stands, for people: "demo.toml, line 12".
  [[nodiscard]] std::string place(const std::string& pointer) const;
};

/// Throws DataError if the file cannot be read, UsageError, with the line, if it is not TOML or holds a date.
[[nodiscard]] TomlFile read_toml(const std::filesystem::path& path, const std::filesystem::path& base);

}  // namespace tagloom::experiment
