#include "experiment/toml_file.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <toml++/toml.h>
#include <utility>
#include <vector>

namespace tagloom::experiment {
namespace {

using Json = nlohmann::ordered_json;

/// As a JSON pointer has it (RFC 6901).
std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key)
    text += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return text;
}

class Reader {
 public:
  explicit Reader(TomlFile& file) : file_(file) {}

  Json read(const toml::node& node, const std::string& pointer) {
    file_.lines[pointer] = node.source().begin.line;
    if (const auto* table = node.as_table()) return read_table(*table, pointer);
    if (const auto* array = node.as_array()) return read_array(*array, pointer);
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* flag = node.as_boolean()) return flag->get();
    throw UsageError(
        fmt::format("{}: dates and times mean nothing here; write it in quotes.", file_.place(pointer)));
  }

 private:
  Json read_table(const toml::table& table, const std::string& pointer) {
    // The library has them by the alphabet.
    std::vector<std::pair<std::string, const toml::node*>> entries;
    for (const auto& [key, node] : table)
      entries.emplace_back(key.str(), &node);
    std::ranges::stable_sort(entries, [](const auto& one, const auto& other) {
      const auto& a = one.second->source().begin;
      const auto& b = other.second->source().begin;
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    Json values = Json::object();
    for (const auto& [key, node] : entries)
      values[key] = read(*node, pointer + "/" + escaped(key));
    return values;
  }
  Json read_array(const toml::array& array, const std::string& pointer) {
    Json values = Json::array();
    for (const toml::node& node : array)
      values.push_back(read(node, fmt::format("{}/{}", pointer, values.size())));
    return values;
  }

  TomlFile& file_;
};

}  // namespace

std::string TomlFile::place(const std::string& pointer) const {
  const auto line = lines.find(pointer);
  // A table that only its keys make has no line of its own.
  if (line == lines.end() || line->second == 0) return shown(path);
  return fmt::format("{}, line {}", shown(path), line->second);
}

TomlFile read_toml(const std::filesystem::path& path, const std::filesystem::path& base) {
  const auto bytes = read_file(path);
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  TomlFile file{.path = path, .base = base, .values = {}, .lines = {}};
  try {
    const toml::table table = toml::parse(text);
    file.values = Reader(file).read(table, "");
  } catch (const toml::parse_error& error) {
    throw UsageError(
        fmt::format("{}, line {}: {}", shown(path), error.source().begin.line, shown(error.description())));
  }
  return file;
}

}  // namespace tagloom::experiment
