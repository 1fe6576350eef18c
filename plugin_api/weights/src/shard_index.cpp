#include "shard_index.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>
#include <string>

namespace tagloom {
namespace {

/// For every file the names of its tensors.
using Shards = std::map<std::string, std::set<std::string>>;

/// Whether it names a file of the index's own folder: no way leads out of it.
bool is_plain_name(const std::string& file) {
  return !file.empty() && file != "." && file != ".." && file.find('/') == std::string::npos &&
         file.find('\0') == std::string::npos;
}

Shards shards_of(const std::filesystem::path& index) {
  constexpr std::uint64_t kLongest = 100'000'000;
  const std::string name = shown(index);
  if (File(index, File::Mode::read).size() > kLongest)
    throw DataError(fmt::format("{} is too long for an index of weights; give a file of weights.", name));
  const auto json = nlohmann::json::parse(read_file(index), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    throw DamagedFile(fmt::format(
        "{} is no weights, or a damaged index of them: it begins as JSON does, but is none; fetch it again.",
        name));
  const auto map = json.is_object() ? json.find("weight_map") : json.end();
  if (map == json.end() || !map->is_object())
    throw DataError(fmt::format(
        "{} holds no weights: it is a text without a weight_map, as the index of weights in "
        "several files has one; give a file of safetensors or one that Python's torch.save wrote.",
        name));
  Shards shards;
  for (const auto& [tensor, file] : map->items()) {
    if (!file.is_string() || !is_plain_name(file.get<std::string>()))
      throw DataError(fmt::format(
          "{} says that the tensor {} lies in {}, which is no file of its own folder; fetch the index again.",
          name, shown(tensor), file.is_string() ? shown(file.get<std::string>()) : "something but a file"));
    shards[file.get<std::string>()].insert(tensor);
  }
  if (shards.empty()) throw DataError(fmt::format("{} is the index of no weights; fetch it again.", name));
  return shards;
}

}  // namespace

NamedTensors read_shards(const std::filesystem::path& index,
                         const std::function<NamedTensors(const std::filesystem::path&)>& read_file) {
  NamedTensors tensors;
  for (auto& [file, names] : shards_of(index)) {
    const std::filesystem::path path = index.parent_path() / file;
    if (!std::filesystem::exists(path))
      throw DataError(fmt::format("{} says that weights lie in {}, which is not beside it; fetch that file.",
                                  shown(index), shown(file)));
    std::set<std::string> missing = names;
    for (auto& [name, tensor] : read_file(path))
      if (missing.erase(name) > 0) tensors.emplace_back(name, std::move(tensor));
    if (!missing.empty())
      throw DataError(fmt::format("{} lacks the tensor {} that {} says it has; fetch both again.",
                                  shown(path), shown(*missing.begin()), shown(index)));
  }
  return tensors;
}

}  // namespace tagloom
