#pragma once

/// JSON files of labels: read whole, or, where they may be larger than memory, event by event. What is no
/// JSON is refused with a DataError that says what it is, or where the mistake is.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tagloom::datasets {

[[nodiscard]] nlohmann::json read_json(const std::filesystem::path& path);

/// Takes the events of a document of any size. `event` is called for every value and key; what it throws ends
/// the reading.
class JsonEvents : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit JsonEvents(std::filesystem::path path) : path_(std::move(path)) {}
  /// False if an event ended the reading by returning false.
  bool read();

 protected:
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::json::exception& error) override;

  std::filesystem::path path_;
};

/// The first list of the document itself whose key is one of these words; empty if there is none, or no JSON
/// either. Reads as far as that key.
[[nodiscard]] std::string first_list_among(const std::filesystem::path& path,
                                           const std::vector<std::string>& words);

}  // namespace tagloom::datasets
