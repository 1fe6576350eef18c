#include "experiment/section.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/nearest.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace tagloom::experiment {
namespace {

const nlohmann::ordered_json kNothing = nlohmann::ordered_json::object();

}  // namespace

std::filesystem::path beside(const TomlFile& file, const std::filesystem::path& path) {
  return (file.base / path).lexically_normal();
}

std::string Section::pointer_to(const std::string& key) const {
  nlohmann::ordered_json::json_pointer pointer(pointer_);
  pointer.push_back(key);
  return pointer.to_string();
}

std::string Section::place_of(const std::string& key) const {
  return file_->place(pointer_to(key));
}

UsageError Section::wrong(const std::string& key, const std::string& sentence) const {
  return UsageError(fmt::format("{}: {}", place_of(key), sentence));
}

UsageError Section::wrong(const std::string& sentence) const {
  return UsageError(fmt::format("{}: {}", file_->place(pointer_), sentence));
}

void Section::allow(const std::vector<std::string>& keys) const {
  for (const auto& [key, value] : values_->items())
    if (std::ranges::find(keys, key) == keys.end())
      throw wrong(key, fmt::format("there is no key \"{}\" here{}; there is {}.", shown(key),
                                   did_you_mean(key, keys), fmt::join(keys, ", ")));
}

std::string Section::text(const std::string& key, const std::string& usual) const {
  if (!has(key)) return usual;
  const auto& value = values_->at(key);
  if (!value.is_string()) throw wrong(key, fmt::format("{} must be a text in quotes.", key));
  return value.get<std::string>();
}

std::vector<std::string> Section::texts(const std::string& key) const {
  if (!has(key)) return {};
  const auto& value = values_->at(key);
  if (value.is_string()) return {value.get<std::string>()};
  if (!value.is_array() || !std::ranges::all_of(value, [](const auto& each) { return each.is_string(); }))
    throw wrong(key, fmt::format("{} must be a text in quotes, or a list of such.", key));
  return value.get<std::vector<std::string>>();
}

std::vector<std::uint64_t> Section::numbers(const std::string& key) const {
  if (!has(key)) return {};
  const auto& value = values_->at(key);
  const auto is_number = [](const auto& each) {
    return each.is_number_integer() && each.template get<std::int64_t>() >= 0;
  };
  if (!value.is_array() || value.empty() || !std::ranges::all_of(value, is_number))
    throw wrong(key, fmt::format("{} must be a list of whole numbers from 0, such as [1, 2, 3].", key));
  return value.get<std::vector<std::uint64_t>>();
}

std::filesystem::path Section::path(const std::string& key) const {
  const std::string given = text(key);
  return given.empty() ? std::filesystem::path() : beside(*file_, given);
}

Section Section::inside(const std::string& key, const nlohmann::ordered_json& value) const {
  if (!value.is_object()) throw wrong(key, fmt::format("{} must be a table.", key));
  return Section(*file_, pointer_to(key), value);
}

Section Section::table(const std::string& key) const {
  if (!has(key)) return Section(*file_, pointer_to(key), kNothing);
  return inside(key, values_->at(key));
}

std::vector<Section> Section::tables(const std::string& key) const {
  std::vector<Section> all;
  if (!has(key)) return all;
  const auto& value = values_->at(key);
  if (!value.is_array()) throw wrong(key, fmt::format("{0} must be written [[{0}]].", key));
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (!value[i].is_object()) throw wrong(key, fmt::format("{0} must be written [[{0}]].", key));
    all.push_back(Section(*file_, fmt::format("{}/{}", pointer_to(key), i), value[i]));
  }
  return all;
}

std::vector<std::pair<std::string, Section>> Section::named_tables(const std::string& key) const {
  std::vector<std::pair<std::string, Section>> all;
  const Section tables = table(key);
  for (const auto& [name, value] : tables.values().items())
    all.emplace_back(name, tables.inside(name, value));
  return all;
}

}  // namespace tagloom::experiment
