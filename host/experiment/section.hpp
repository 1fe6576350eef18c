#pragma once

/// One table of an experiment's file: its keys, read by the type that each must have. What is wrong is said
/// with file and line, and a key that there is none of with the one that was meant.

#include "experiment/toml_file.hpp"

#include <tagloom/base/error.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

class Section {
 public:
  /// The whole file.
  explicit Section(const TomlFile& file) : Section(file, "", file.values) {}

  /// Throws UsageError for a key that is none of these.
  void allow(const std::vector<std::string>& keys) const;

  [[nodiscard]] bool has(const std::string& key) const { return values_->contains(key); }
  /// All throw UsageError for another type. What is not there is empty, or the default.
  [[nodiscard]] std::string text(const std::string& key, const std::string& usual = "") const;
  /// One text, or an array of them.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key) const;
  /// Throws for a negative one, too.
  [[nodiscard]] std::vector<std::uint64_t> numbers(const std::string& key) const;
  /// A path, relative to the file's base.
  [[nodiscard]] std::filesystem::path path(const std::string& key) const;
  /// A table inside; an empty one where it is not there.
  [[nodiscard]] Section table(const std::string& key) const;
  /// `[[key]]`.
  [[nodiscard]] std::vector<Section> tables(const std::string& key) const;
  /// The tables inside `[key.NAME]`, by name.
  [[nodiscard]] std::vector<std::pair<std::string, Section>> named_tables(const std::string& key) const;

  [[nodiscard]] const nlohmann::ordered_json& values() const { return *values_; }
  [[nodiscard]] const TomlFile& file() const { return *file_; }
  /// Where a key of this table stands, for people: "demo.toml, line 12".
  [[nodiscard]] std::string place_of(const std::string& key) const;
  /// An error about a key of this table.
  [[nodiscard]] UsageError wrong(const std::string& key, const std::string& sentence) const;
  /// An error about the table itself.
  [[nodiscard]] UsageError wrong(const std::string& sentence) const;

 private:
  Section(const TomlFile& file, std::string pointer, const nlohmann::ordered_json& values)
      : file_(&file), pointer_(std::move(pointer)), values_(&values) {}
  [[nodiscard]] std::string pointer_to(const std::string& key) const;
  [[nodiscard]] Section inside(const std::string& key, const nlohmann::ordered_json& value) const;

  const TomlFile* file_;
  std::string pointer_;
  const nlohmann::ordered_json* values_;
};

/// A path as an experiment's file has it, seen from where the program was started.
[[nodiscard]] std::filesystem::path beside(const TomlFile& file, const std::filesystem::path& path);

}  // namespace tagloom::experiment
