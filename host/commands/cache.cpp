#include "commands/lines/cache.hpp"

#include "commands/work.hpp"
#include "runtime/output.hpp"

#include <tagloom/base/counted.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/imported.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace tagloom::commands {

namespace {

std::string_view description_of(featurecache::PixelRule rule) {
  return rule == featurecache::PixelRule::seen
             ? "as seen: turned as EXIF says, transparency on white, 16 bits rounded to 8"
             : "as stored: EXIF orientation ignored, alpha dropped, the upper 8 of 16 bits";
}

std::string_view description_of(featurecache::DecodeRule rule) {
  return rule == featurecache::DecodeRule::scaled ? ", large JPEGs decoded at a reduced scale" : "";
}

std::string description_of(const featurecache::LeftOut& left_out) {
  if (left_out.images == 0) return "";
  std::string names;
  for (const std::string& name : left_out.names)
    names += (names.empty() ? "" : ", ") + shown(name);
  const bool more = left_out.images > static_cast<std::int64_t>(left_out.names.size());
  return fmt::format(", without {} that could not be read ({}{})", left_out.images, names,
                     more ? ", ..." : "");
}

/// As the cache carries it, with what the file is.
void print_json(const std::filesystem::path& path, const featurecache::CacheInfo& info) {
  auto document = nlohmann::ordered_json::parse(featurecache::to_json(info));
  document["file"] = path.string();
  document["bytes"] = std::filesystem::file_size(path);
  runtime::print("{}\n", to_json_text(document, 2));
}

}  // namespace

void run_cache_info(const Command& self, const Arguments& arguments) {
  po::variables_map values;
  CacheInfoLine line;
  if (!parse(self, cache_info_line(), arguments, values, line)) return;
  const std::filesystem::path& path = line.path;
  const featurecache::CacheReader reader(path);
  const featurecache::CacheInfo& info = reader.info();
  if (line.json) return print_json(path, info);
  runtime::print("{}\n", shown(path));
  runtime::print("  images         {}{}\n", info.images, description_of(info.left_out));
  if (info.shard)
    runtime::print("  shard          {} of a list of images\n", featurecache::to_text(*info.shard));
  if (info.pieces > 0)
    runtime::print("  virtual        its features are in {}\n", counted(info.pieces, "other file"));
  runtime::print("  features       pooled [{}]{}, {}\n", info.feature_shape.channels,
                 info.has.map ? fmt::format(", map [{} x {} pixels, {}]", info.feature_shape.map_height,
                                            info.feature_shape.map_width, info.feature_shape.channels)
                              : "",
                 featurecache::to_text(info.store));
  if (info.has.map) runtime::print("  compression    {}\n", featurecache::to_text(info.compression));
  runtime::print("  encoder        {}\n", shown(info.encoder));
  for (const auto& [name, value] : info.encoder_options)
    runtime::print("    {:<12} {}\n", shown(name), value.empty() ? "none" : shown(value));
  runtime::print("  weights        {}{}\n    fingerprint  {}\n", shown(info.weights.source),
                 info.weights.random ? "  (RANDOM: not for results)" : "", info.weights.fingerprint);
  const bool imported = featurecache::is_imported(info.encoder);
  runtime::print(
      "  preprocessing  {}{}\n",
      imported ? shown(featurecache::preprocessing_text(info)) : featurecache::to_text(info.preprocessing),
      info.flipped ? ", mirrored left to right" : "");
  if (!imported)
    runtime::print("  pixels         {}{}\n", description_of(info.pixels), description_of(info.decode));
  runtime::print("  data           {} (names and contents)\n", info.data_fingerprint);
  runtime::print("  size           {:.1f} MB\n", static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  runtime::print("  written by     tagloom {}, format {}\n", info.version, info.format);
}

}  // namespace tagloom::commands
