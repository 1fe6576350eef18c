#pragma once

/// The records that finished steps leave: JSON, written whole or not at all.

#include "experiment/step.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tagloom::experiment {

/// What a step depends on, and its hash.
struct Key {
  nlohmann::ordered_json depends_on;
  std::string hash;
};

[[nodiscard]] Key key_of(nlohmann::ordered_json depends_on);

/// Enough of a hash to tell names apart.
[[nodiscard]] std::string short_key(const std::string& hash);

/// What a step was, format 1: key, what it depended on, command, seconds, peak memory.
[[nodiscard]] nlohmann::ordered_json record_of(const Key& key, const std::vector<std::string>& words,
                                               const ChildEnd& end);

/// Nothing if the file is not there or is no JSON object: then what it says is done anew.
[[nodiscard]] std::optional<nlohmann::ordered_json> read_record(const std::filesystem::path& path);

/// The text of that name; empty where a file that others wrote has no such text.
[[nodiscard]] std::string text_in(const nlohmann::ordered_json& record, const char* name);

/// Throws DataError if it cannot be written.
void write_record(const std::filesystem::path& path, const nlohmann::ordered_json& record);

/// Makes a folder unless it is there, or a link to one; that above it must be. Throws DataError if it cannot.
void make_folder(const std::filesystem::path& folder);

/// A name as part of a file's name: "attention + MLA" is "attention_mla".
[[nodiscard]] std::string as_file_name(const std::string& name);

}  // namespace tagloom::experiment
