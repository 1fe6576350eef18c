#include <tagloom/base/name.hpp>
#include <tagloom/featurecache/imported.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>
#include <string_view>
#include <vector>

namespace tagloom::featurecache {
namespace {

std::string to_text(const FeatureShape& shape) {
  return fmt::format("{} x {} x {}", shape.map_height, shape.map_width, shape.channels);
}

std::string to_text(const FeatureNeeds& has) {
  if (has.pooled && has.map) return "pooled and map";
  return has.map ? "map only" : "pooled only";
}

/// The options that say where weights come from: a file may move, and caches of an older version do not say
/// that theirs are random; the fingerprint counts.
bool names_weights(const CacheInfo& info, const std::string& option) {
  if (option == "random") return true;
  const auto found = info.encoder_options.find(option);
  return found != info.encoder_options.end() &&
         featurecache::names_weights(found->second, info.weights.source);
}

std::string value_of(const CacheInfo& info, const std::string& option) {
  const auto found = info.encoder_options.find(option);
  return found == info.encoder_options.end() ? "absent" : "\"" + found->second + "\"";
}

std::set<std::string> options_of_both(const CacheInfo& a, const CacheInfo& b) {
  std::set<std::string> names;
  for (const auto* info : {&a, &b})
    for (const auto& [name, value] : info->encoder_options)
      names.insert(name);
  return names;
}

}  // namespace

bool names_weights(const std::string& value, const std::string& weights_source) {
  // Which of several sets in the file was taken may follow.
  return !value.empty() && (weights_source == value || weights_source.starts_with(value + " ("));
}

std::string to_text(const Preprocessing& preprocessing) {
  const std::string resize =
      preprocessing.rule == ResizeRule::squish
          ? fmt::format("squish {}", preprocessing.size)
          : fmt::format("resize {} crop {}", preprocessing.resize_to, preprocessing.size);
  return fmt::format("{}, mean {}, std {}", resize, fmt::join(preprocessing.mean, " "),
                     fmt::join(preprocessing.std, " "));
}

std::string preprocessing_text(const CacheInfo& info) {
  const auto said = info.encoder_options.find("preprocessing");
  if (is_imported(info.encoder)) return said == info.encoder_options.end() ? "" : said->second;
  return fmt::format("{}{}{}", to_text(info.preprocessing),
                     info.decode == DecodeRule::scaled ? kScaledJpegs : "",
                     info.pixels == PixelRule::seen ? kAsSeen : "");
}

std::string to_text(PixelRule rule) {
  return rule == PixelRule::seen ? "seen" : "stored";
}

std::optional<PixelRule> pixel_rule_from(std::string_view text) {
  for (const PixelRule known : {PixelRule::stored, PixelRule::seen})
    if (text == to_text(known)) return known;
  return std::nullopt;
}

std::string to_text(DecodeRule rule) {
  return rule == DecodeRule::scaled ? "scaled" : "full";
}

std::optional<DecodeRule> decode_rule_from(std::string_view text) {
  for (const DecodeRule known : {DecodeRule::full, DecodeRule::scaled})
    if (text == to_text(known)) return known;
  return std::nullopt;
}

std::string to_text(StoredType type) {
  switch (type) {
    case StoredType::bfloat16:
      return "bfloat16";
    case StoredType::float32:
      return "float32";
    case StoredType::int8:
      return "int8";
    default:
      return "float16";
  }
}

std::optional<StoredType> stored_type_from(std::string_view text) {
  for (const StoredType known :
       {StoredType::float16, StoredType::bfloat16, StoredType::float32, StoredType::int8})
    if (text == to_text(known)) return known;
  return std::nullopt;
}

std::string to_text(Compression compression) {
  return compression == Compression::bitmap ? "bitmap" : "none";
}

std::optional<Compression> compression_from(std::string_view text) {
  for (const Compression known : {Compression::none, Compression::bitmap})
    if (text == to_text(known)) return known;
  return std::nullopt;
}

std::string difference(const CacheInfo& there, const CacheInfo& here) {
  std::vector<std::string> found;
  const auto compare = [&](std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) found.push_back(fmt::format("{} {} there, {} here", shown(what), shown(a), shown(b)));
  };
  compare("encoder", there.encoder, here.encoder);
  if (there.weights.fingerprint != here.weights.fingerprint) found.emplace_back("other weights");
  compare("preprocessing", to_text(there.preprocessing), to_text(here.preprocessing));
  compare("pixels (--pixels)", to_text(there.pixels), to_text(here.pixels));
  compare("JPEGs (--decode)", to_text(there.decode), to_text(here.decode));
  const auto view = [](const CacheInfo& info) {
    return std::string(info.flipped ? "flipped" : "as they are");
  };
  compare("images", view(there), view(here));
  compare("feature shape", to_text(there.feature_shape), to_text(here.feature_shape));
  compare("features", to_text(there.has), to_text(here.has));
  compare("numbers (--store)", to_text(there.store), to_text(here.store));
  for (const std::string& option : options_of_both(there, here)) {
    if (names_weights(there, option) || names_weights(here, option)) continue;
    compare("encoder option " + option, value_of(there, option), value_of(here, option));
  }
  return fmt::format("{}", fmt::join(found, "; "));
}

}  // namespace tagloom::featurecache
