#include "experiment/record.hpp"

#include "experiment/identity.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/new_file.hpp>

#include <cctype>
#include <system_error>
#include <utility>

namespace tagloom::experiment {
namespace {

constexpr int kRecordFormat = 1;

}  // namespace

Key key_of(nlohmann::ordered_json depends_on) {
  std::string hash = hash_of(depends_on);
  return {.depends_on = std::move(depends_on), .hash = std::move(hash)};
}

std::string short_key(const std::string& hash) {
  return hash.substr(0, 10);
}

nlohmann::ordered_json record_of(const Key& key, const std::vector<std::string>& words, const ChildEnd& end) {
  return {{"format", kRecordFormat}, {"key", key.hash},        {"depends_on", key.depends_on},
          {"command", words},        {"seconds", end.seconds}, {"peak_bytes", end.peak_bytes}};
}

std::optional<nlohmann::ordered_json> read_record(const std::filesystem::path& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown)) return std::nullopt;
  const auto bytes = read_file(path);
  const char* const begin = reinterpret_cast<const char*>(bytes.data());
  auto record = nlohmann::ordered_json::parse(begin, begin + bytes.size(), nullptr, false);
  return record.is_object() ? std::optional(std::move(record)) : std::nullopt;
}

std::string text_in(const nlohmann::ordered_json& record, const char* name) {
  const auto found = record.is_object() ? record.find(name) : record.end();
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void write_record(const std::filesystem::path& path, const nlohmann::ordered_json& record) {
  replace_file(path, to_json_text(record, 1) + "\n");
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code unknown;
  if (!std::filesystem::is_directory(folder, unknown)) create_folder(folder);
}

std::string as_file_name(const std::string& name) {
  constexpr std::size_t kLongest = 80;
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '.' || c == '=')
      text += static_cast<char>(std::tolower(byte));
    else if (!text.empty() && text.back() != '_')
      text += '_';
  }
  return text.substr(0, kLongest);
}

}  // namespace tagloom::experiment
