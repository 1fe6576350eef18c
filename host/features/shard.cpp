#include "features/shard.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/base/name.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace tagloom::features {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

Shard shard_from(const std::string& text) {
  if (text.empty()) return {};
  const std::size_t slash = text.find('/');
  const auto index = whole_number(std::string_view(text).substr(0, slash));
  const auto count =
      slash == std::string::npos ? std::nullopt : whole_number(std::string_view(text).substr(slash + 1));
  constexpr std::int64_t kMost = 100'000;
  if (!index || !count || *index < 1 || *index > *count || *count > kMost)
    throw UsageError(fmt::format(
        "--shard \"{}\" is none; give I/N, the I-th of N shards: 1/8 to 8/8 of eight.", shown(text)));
  return {.index = *index, .count = *count};
}

std::optional<featurecache::ShardOf> recorded(const Shard& shard, const std::vector<ImageFile>& all) {
  if (shard.count == 1) return std::nullopt;
  std::vector<std::string_view> names;
  for (const ImageFile& file : all)
    names.push_back(file.name);
  std::ranges::sort(names);
  Hasher hasher;
  for (const std::string_view name : names)
    // A name has no zero byte, so that it ends where it ends.
    hasher.update(name).update(std::string_view("\0", 1));
  return featurecache::ShardOf{.index = shard.index, .count = shard.count, .list = hasher.hex()};
}

std::vector<ImageFile> images_of(const Shard& shard, std::vector<ImageFile> all) {
  const auto images = static_cast<std::int64_t>(all.size());
  if (shard.count > images && shard.count > 1)
    throw UsageError(fmt::format("{} images do not make {} shards; make fewer.", images, shard.count));
  std::ranges::sort(all, {}, &ImageFile::name);
  if (shard.count == 1) return all;
  std::vector<ImageFile> own;
  for (std::int64_t i = shard.index - 1; i < images; i += shard.count)
    own.push_back(std::move(all[static_cast<std::size_t>(i)]));
  return own;
}

}  // namespace tagloom::features
