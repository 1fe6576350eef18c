#include "layout/left_out.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/file.hpp>
#include <tagloom/base/json_text.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <stdexcept>

namespace tagloom::featurecache {
namespace {

/// Keeps the order in which keys are written here: a person may read it.
using Json = nlohmann::ordered_json;

constexpr const char* kSquish = "squish";
constexpr const char* kCenterCrop = "center_crop";

/// 0.485 and not 0.48500001430511475: the shortest decimal that reads back as the same float.
Json decimals(const std::array<float, 3>& values) {
  Json list = Json::array();
  for (const float value : values)
    list.push_back(std::strtod(fmt::format("{}", value).c_str(), nullptr));
  return list;
}

Preprocessing preprocessing_from(const Json& json) {
  static const std::map<std::string, ResizeRule> kRules = {{kSquish, ResizeRule::squish},
                                                           {kCenterCrop, ResizeRule::center_crop}};
  return {.size = json.at("size").get<std::int64_t>(),
          .rule = kRules.at(json.at("rule").get<std::string>()),
          .resize_to = json.at("resize_to").get<std::int64_t>(),
          .mean = json.at("mean").get<std::array<float, 3>>(),
          .std = json.at("std").get<std::array<float, 3>>()};
}

LeftOut left_out_from(const Json& json) {
  return {.images = json.at("images").get<std::int64_t>(),
          .names = json.at("names").get<std::vector<std::string>>(),
          .hashes = json.value("hashes", std::vector<std::string>())};
}

ShardOf shard_from(const Json& json) {
  return {.index = json.at("index").get<std::int64_t>(),
          .count = json.at("count").get<std::int64_t>(),
          .list = json.at("list").get<std::string>()};
}

Json json_of(const LeftOut& left_out) {
  const LeftOut kept = for_file(left_out);
  Json json = {{"images", kept.images}, {"names", kept.names}};
  if (!kept.hashes.empty()) json["hashes"] = kept.hashes;
  return json;
}

CacheInfo info_from(const Json& json) {
  const Json& weights = json.at("weights");
  const Json& shape = json.at("feature_shape");
  const Json& has = json.at("has");
  return {.format = json.at("format").get<int>(),
          .version = json.at("version").get<std::string>(),
          .encoder = json.at("encoder").get<std::string>(),
          .encoder_options = json.at("encoder_options").get<std::map<std::string, std::string>>(),
          .weights = {.source = weights.at("source").get<std::string>(),
                      .fingerprint = weights.at("fingerprint").get<std::string>(),
                      .random = weights.at("random").get<bool>()},
          .preprocessing = preprocessing_from(json.at("preprocessing")),
          // Formats 1 to 3 knew no other rule.
          .pixels = pixel_rule_from(json.at("preprocessing").value("pixels", "stored")).value(),
          .decode = decode_rule_from(json.at("preprocessing").value("decode", "full")).value(),
          // Format 1 knew no other view.
          .flipped = json.value("flipped", false),
          .feature_shape = {.channels = shape.at("channels").get<std::int64_t>(),
                            .map_height = shape.at("map_height").get<std::int64_t>(),
                            .map_width = shape.at("map_width").get<std::int64_t>()},
          .has = {.pooled = has.at("pooled").get<bool>(), .map = has.at("map").get<bool>()},
          // Formats before 6 knew no other.
          .store = stored_type_from(json.value("store", "float16")).value(),
          // Formats 1 and 2 knew none.
          .compression = compression_from(json.value("compression", "none")).value(),
          .images = json.at("images").get<std::int64_t>(),
          .data_fingerprint = json.at("data_fingerprint").get<std::string>(),
          .left_out = json.contains("left_out") ? left_out_from(json.at("left_out")) : LeftOut{},
          .shard = json.contains("shard") ? std::optional(shard_from(json.at("shard"))) : std::nullopt,
          .pieces = json.value("pieces", std::int64_t{0})};
}

/// Sizes that are used to reserve memory or to find bytes; these bounds keep their products far from
/// overflow.
bool sensible(const CacheInfo& info) {
  constexpr std::int64_t kMost = 1 << 20;
  constexpr std::int64_t kMostNumbers = 1 << 29;  // 1 GiB an image
  const auto fits = [](std::int64_t value, std::int64_t least) { return value >= least && value <= kMost; };
  const FeatureShape& shape = info.feature_shape;
  return info.format >= 1 && info.images >= 0 && fits(shape.channels, 1) && fits(shape.map_height, 0) &&
         fits(shape.map_width, 0) && fits(info.pieces, 0) &&
         (!info.shard || (fits(info.shard->count, 1) && fits(info.shard->index, 1) &&
                          info.shard->index <= info.shard->count)) &&
         (!info.has.map || (shape.pixels() > 0 && shape.pixels() <= kMostNumbers / shape.channels)) &&
         (info.has.map || info.has.pooled);
}

}  // namespace

std::string to_json(const CacheInfo& info) {
  Json json = {
      {"format", info.format},
      {"version", info.version},
      {"encoder", info.encoder},
      {"encoder_options", info.encoder_options},
      {"weights",
       {{"source", info.weights.source},
        {"fingerprint", info.weights.fingerprint},
        {"random", info.weights.random}}},
      {"preprocessing",
       {{"size", info.preprocessing.size},
        {"rule", info.preprocessing.rule == ResizeRule::squish ? kSquish : kCenterCrop},
        {"resize_to", info.preprocessing.resize_to},
        {"mean", decimals(info.preprocessing.mean)},
        {"std", decimals(info.preprocessing.std)},
        {"pixels", to_text(info.pixels)},
        {"decode", to_text(info.decode)}}},
      {"flipped", info.flipped},
      {"feature_shape",
       {{"channels", info.feature_shape.channels},
        {"map_height", info.feature_shape.map_height},
        {"map_width", info.feature_shape.map_width}}},
      {"has", {{"pooled", info.has.pooled}, {"map", info.has.map}}},
      {"compression", to_text(info.compression)},
      {"images", info.images},
      {"data_fingerprint", info.data_fingerprint},
      {"left_out", json_of(info.left_out)},
  };
  // Only where they say something, so that other caches are the bytes they were.
  if (info.store != StoredType::float16) json["store"] = to_text(info.store);
  if (info.shard)
    json["shard"] = {{"index", info.shard->index}, {"count", info.shard->count}, {"list", info.shard->list}};
  if (info.pieces > 0) json["pieces"] = info.pieces;
  // A path may be no valid UTF-8; it is only shown to people, so a replacement character will do.
  return to_json_text(json, 1);
}

CacheInfo from_json(const std::string& text, const std::string& path) {
  const auto damaged = [&] {
    return DamagedFile(fmt::format("the description in {} is damaged; copy or build it again", shown(path)));
  };
  try {
    const Json json = Json::parse(text);
    // Before all else: a newer format may have other keys.
    const int format = json.at("format").get<int>();
    if (format > kFormat)
      throw DataError(
          fmt::format("{} was written by a newer tagloom (format {}, this one reads up to {}); "
                      "update tagloom or build it again",
                      shown(path), format, kFormat));
    CacheInfo info = info_from(json);
    if (!sensible(info)) throw damaged();
    return info;
  } catch (const Json::exception&) {
    throw damaged();
  } catch (const std::out_of_range&) {  // a resize rule that nobody wrote
    throw damaged();
  } catch (const std::bad_optional_access&) {  // a word that nobody wrote
    throw damaged();
  }
}

}  // namespace tagloom::featurecache
