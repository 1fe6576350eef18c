#include "experiment/identity.hpp"

#include "runtime/helper.hpp"
#include "runtime/prefix.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <vector>

namespace tagloom::experiment {
namespace {

/// A weights file may be larger than the memory that is left.
std::string hash_of_file(const std::filesystem::path& path) {
  const File file(path, File::Mode::read);
  Hasher hasher;
  std::vector<std::byte> piece(std::size_t{1} << 20);
  const std::uint64_t size = file.size();
  for (std::uint64_t at = 0; at < size; at += piece.size()) {
    const auto part = std::span(piece).first(std::min<std::size_t>(piece.size(), size - at));
    file.read_at(part, at);
    hasher.update(part);
  }
  return hasher.hex();
}

/// tagloom's own shared libraries, in an order that does not change.
std::set<std::filesystem::path> own_libraries() {
  std::set<std::filesystem::path> libraries;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(runtime::prefix() / "lib", unreadable)) {
    const std::string name = entry.path().filename().string();
    std::error_code unknown;
    // Whatever lies beside them in a folder such as /usr/lib is none of ours. The name without a version is a
    // link, which the package for developers has.
    if (name.starts_with("libtagloom") && name.find(".so") != std::string::npos && !entry.is_symlink(unknown))
      libraries.insert(entry.path());
  }
  return libraries;
}

}  // namespace

const std::string& Identities::of_file(const std::filesystem::path& path) {
  std::string& hash = files_[path];
  if (hash.empty()) hash = hash_of_file(path);
  return hash;
}

const std::string& Identities::of_program() {
  if (!program_.empty()) return program_;
  Hasher hasher;
  hasher.update(of_file(runtime::full_program()));
  for (const auto& library : own_libraries())
    hasher.update(library.filename().string()).update(of_file(library));
  return program_ = hasher.hex();
}

const std::string& Identities::of_cache(const std::filesystem::path& path) {
  std::string& hash = caches_[path];
  if (!hash.empty()) return hash;
  auto info = nlohmann::ordered_json::parse(featurecache::to_json(featurecache::CacheReader(path).info()));
  info.erase("version");
  info.at("weights").erase("source");
  // They name the file of the weights, too.
  info.erase("encoder_options");
  return hash = hash_of(info);
}

std::string Identities::of_options(const GivenOptions& options) {
  std::set<std::string> lines;
  for (const GivenOption& option : options) {
    const std::filesystem::path content = file_behind(option.file);
    const bool of_component = option.name == "set";
    const std::string key = of_component ? option.value.substr(0, option.value.find('=')) : option.name;
    if (option.file.empty())
      lines.insert(option.name + "=" + option.value);
    else if (content.empty())
      lines.insert(key + "=" + option.written.lexically_normal().string());
    else
      lines.insert(key + "=" + option.file.lexically_relative(content).string() + " of " + of_file(content));
  }
  std::string text;
  for (const std::string& line : lines)
    text += line + "\n";
  return text;
}

std::filesystem::path file_behind(std::filesystem::path path) {
  std::error_code unknown;
  while (!path.empty() && !std::filesystem::exists(path, unknown) && path != path.parent_path())
    path = path.parent_path();
  return std::filesystem::is_regular_file(path, unknown) ? path : std::filesystem::path();
}

std::string identity_of(const datasets::Dataset& data) {
  Hasher hasher;
  for (const auto* split : {&data.train, &data.validation, &data.test}) {
    hasher.update(std::to_string(split->size()));
    for (const datasets::Sample& sample : *split) {
      hasher.update(sample.image_name).update(std::to_string(sample.labels.size()));
      for (const std::int64_t label : sample.labels)
        hasher.update(data.vocabulary.label(label));
    }
  }
  return hasher.hex();
}

std::string hash_of(const nlohmann::ordered_json& value) {
  return Hasher().update(to_json_text(value)).hex();
}

}  // namespace tagloom::experiment
