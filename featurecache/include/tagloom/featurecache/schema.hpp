#pragma once

/// What a feature cache says of itself: which encoder made it, with which weights and preprocessing, from
/// which images. Recorded when a cache is built, compared whenever features must not be mixed.
/// docs/feature-cache.md is the format.

#include <tagloom/encoder.hpp>
#include <tagloom/features.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::featurecache {

/// The newest version; every older one is read. Written is the oldest that has all that a cache needs
/// (`format_for`).
inline constexpr int kFormat = 6;

/// How maps are stored; pooled features always are as they are. Either way a reader gets the same numbers.
enum class Compression {
  none,
  /// A bit a number and those that are not zero: see bitmap_codec.hpp.
  bitmap,
};

/// In which precision features are stored; they come from an encoder in float32, and none is beyond float16.
enum class StoredType {
  float16,
  bfloat16,
  float32,
  /// A float32 scale and whole numbers from -127 to 127 that it multiplies: a scale for an image's pooled
  /// features, and one for each channel of its map. A row is what its own features make it, so that shards,
  /// merged and appended caches have the same ones.
  int8,
};

/// How the pixels of an image's file become those that are prepared for the encoder.
enum class PixelRule {
  /// As they are stored: not turned as Exif says, alpha dropped, the upper 8 of 16 bits. Caches before format
  /// 4 hold nothing else.
  stored,
  /// As they are seen: turned, on white, rounded to 8 bits.
  seen,
};

/// At which scale JPEGs were decoded.
enum class DecodeRule {
  /// All of their pixels, which are then resized. Caches that do not say hold nothing else.
  full,
  /// A half, a quarter or an eighth of them where the encoder's input is smaller still.
  scaled,
};

/// Images that a cache does without, because they could not be read.
struct LeftOut {
  std::int64_t images = 0;
  /// The first of them, ten at most in a file.
  std::vector<std::string> names;
  /// Where a file does not name all: of each its name's hash, so that nobody counts one twice. A thousand at
  /// most; those beyond are only counted.
  std::vector<std::string> hashes = {};
};

/// One of several caches that together hold all images of a list: see host/features/shard.hpp.
struct ShardOf {
  /// 1 to `count`.
  std::int64_t index = 1;
  std::int64_t count = 1;
  /// The hash of all names of the list.
  std::string list;

  bool operator==(const ShardOf&) const = default;
};

struct CacheInfo {
  int format = kFormat;
  /// The tagloom that wrote it.
  std::string version;
  std::string encoder;
  std::map<std::string, std::string> encoder_options;
  EncoderWeights weights;
  Preprocessing preprocessing;
  PixelRule pixels = PixelRule::seen;
  DecodeRule decode = DecodeRule::full;
  /// The encoder saw every image mirrored left to right.
  bool flipped = false;
  FeatureShape feature_shape;
  FeatureNeeds has;
  StoredType store = StoredType::float16;
  Compression compression = Compression::bitmap;
  std::int64_t images = 0;
  /// Over all images' names and content hashes, in sorted order; set when the cache is whole.
  std::string data_fingerprint;
  /// Set when the cache is whole.
  LeftOut left_out;
  std::optional<ShardOf> shard;
  /// The files that hold the features of a virtual cache, which has none itself; 0 for any other.
  std::int64_t pieces = 0;
};

/// The format in which a cache is written: 6 if it stores anything but float16, 5 if it is virtual, a shard
/// or of scaled JPEGs, else 4.
[[nodiscard]] int format_for(const CacheInfo& info);

/// What differs between two caches' features, in a few words ("other weights", "preprocessing squish 224
/// there, squish 448 here"); empty when their rows may be mixed. Paths of weight files, versions and
/// compression do not count.
[[nodiscard]] std::string difference(const CacheInfo& there, const CacheInfo& here);

/// What the caches say together whose images are put together: of one encoder (`difference`), in whichever
/// order they are given. Images, fingerprint and shard are left open; `left_out` still counts what another
/// one may have.
[[nodiscard]] CacheInfo common_info(const std::vector<CacheInfo>& caches);

/// "2/8".
[[nodiscard]] std::string to_text(const ShardOf& shard);

/// Whether an encoder's option of this value names the file that its weights come from (`weights_source`, as
/// EncoderWeights has it). The file may move: its fingerprint counts.
[[nodiscard]] bool names_weights(const std::string& value, const std::string& weights_source);

/// "squish 448, mean 0 0 0, std 1 1 1".
[[nodiscard]] std::string to_text(const Preprocessing& preprocessing);

/// What follows in `preprocessing_text` where pixels are as seen; the older rule has no words of its own, as
/// in the texts of older checkpoints.
inline constexpr std::string_view kAsSeen = ", pixels as seen";
/// What comes before it where JPEGs were decoded at a reduced scale.
inline constexpr std::string_view kScaledJpegs = ", JPEGs scaled";

[[nodiscard]] std::string preprocessing_text(const CacheInfo& info);

/// "stored", "seen", and back; nothing for any other text.
[[nodiscard]] std::string to_text(PixelRule rule);
[[nodiscard]] std::optional<PixelRule> pixel_rule_from(std::string_view text);

/// "full", "scaled", and back; nothing for any other text.
[[nodiscard]] std::string to_text(DecodeRule rule);
[[nodiscard]] std::optional<DecodeRule> decode_rule_from(std::string_view text);

/// "float16" and so on, and back; nothing for any other text.
[[nodiscard]] std::string to_text(StoredType type);
[[nodiscard]] std::optional<StoredType> stored_type_from(std::string_view text);

/// "none", "bitmap", and back; nothing for any other text.
[[nodiscard]] std::string to_text(Compression compression);
[[nodiscard]] std::optional<Compression> compression_from(std::string_view text);

/// The JSON text that a cache carries, and back. `from_json` throws, naming `path`: DamagedFile if the text
/// is damaged, DataError if it is of a newer format.
[[nodiscard]] std::string to_json(const CacheInfo& info);
[[nodiscard]] CacheInfo from_json(const std::string& text, const std::string& path);

}  // namespace tagloom::featurecache
