#pragma once

/// What results depend on, as hashes of content: where files lie, what they are called and when they were
/// written do not count.

#include "experiment/given_options.hpp"

#include <tagloom/datasets/dataset.hpp>

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>

namespace tagloom::experiment {

/// Remembers what it has hashed, for as long as it lives.
class Identities {
 public:
  /// Throws DataError if the file cannot be read.
  const std::string& of_file(const std::filesystem::path& path);
  /// The program and the libraries beside it, but for plugins.
  const std::string& of_program();
  /// What a cache's description says, but for who wrote it and where its weights lay. Throws DataError if
  /// there is no whole cache.
  const std::string& of_cache(const std::filesystem::path& path);
  /// Options one a line, files by their content, or, where there is none, as they are written.
  std::string of_options(const GivenOptions& options);

 private:
  std::map<std::filesystem::path, std::string> files_;
  std::map<std::filesystem::path, std::string> caches_;
  std::string program_;
};

/// The file that a path leads to, which may be an archive of which it names a member; empty for none.
[[nodiscard]] std::filesystem::path file_behind(std::filesystem::path path);

/// Names and labels of all images, by split.
[[nodiscard]] std::string identity_of(const datasets::Dataset& data);

/// 32 hexadecimal digits.
[[nodiscard]] std::string hash_of(const nlohmann::ordered_json& value);

}  // namespace tagloom::experiment
