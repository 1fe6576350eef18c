#include "layout/left_out.hpp"

#include <tagloom/base/hash.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace tagloom::featurecache {
namespace {

using Hashes = std::set<std::string>;

/// Half of it is enough to tell the images of one data set apart.
std::string hash_of(std::string_view name) {
  constexpr std::size_t kDigits = 16;
  return Hasher().update(name).hex().substr(0, kDigits);
}

/// Those of all images that are known by more than their number.
Hashes hashes_of(const LeftOut& left_out) {
  Hashes hashes(left_out.hashes.begin(), left_out.hashes.end());
  if (hashes.empty())
    for (const std::string& name : left_out.names)
      hashes.insert(hash_of(name));
  return hashes;
}

std::int64_t only_counted(const LeftOut& left_out, const Hashes& hashes) {
  return std::max<std::int64_t>(left_out.images - static_cast<std::int64_t>(hashes.size()), 0);
}

LeftOut left_out_of(const std::set<std::string>& names, const Hashes& hashes, std::int64_t nameless) {
  return {.images = static_cast<std::int64_t>(hashes.size()) + nameless,
          .names = {names.begin(), names.end()},
          .hashes = {hashes.begin(), hashes.end()}};
}

}  // namespace

LeftOut left_out_of_all(const std::vector<LeftOut>& caches) {
  std::set<std::string> names;
  Hashes hashes;
  std::int64_t nameless = 0;
  for (const LeftOut& cache : caches) {
    const Hashes own = hashes_of(cache);
    nameless += only_counted(cache, own);
    names.insert(cache.names.begin(), cache.names.end());
    hashes.insert(own.begin(), own.end());
  }
  return left_out_of(names, hashes, nameless);
}

LeftOut left_out_after(const LeftOut& before, const LeftOut& now) {
  const Hashes then = hashes_of(before);
  const Hashes later = hashes_of(now);
  std::set<std::string> names(before.names.begin(), before.names.end());
  names.insert(now.names.begin(), now.names.end());
  Hashes both = then;
  both.insert(later.begin(), later.end());
  const auto new_ones = static_cast<std::int64_t>(both.size() - then.size());
  const std::int64_t nameless = std::max<std::int64_t>(only_counted(before, then) - new_ones, 0);
  return left_out_of(names, both, nameless + only_counted(now, later));
}

void leave_out_only_missing(LeftOut& left_out, const RowKeys& keys) {
  if (left_out.images == 0) return;
  Hashes hashes = hashes_of(left_out);
  const std::int64_t nameless = only_counted(left_out, hashes);
  for (const std::string& name : keys.names)
    if (hashes.erase(hash_of(name)) > 0) std::erase(left_out.names, name);
  left_out.images = static_cast<std::int64_t>(hashes.size()) + nameless;
  left_out.hashes.assign(hashes.begin(), hashes.end());
}

LeftOut for_file(const LeftOut& left_out) {
  // Few enough that the description fits an attribute of HDF5, which holds 64 KiB.
  constexpr std::size_t kNames = 10;
  constexpr std::size_t kNameBytes = 512;
  constexpr std::size_t kHashes = 1000;
  const Hashes hashes = hashes_of(left_out);
  LeftOut kept{.images = left_out.images, .names = {}};
  bool names_say_all = hashes.size() <= std::min(kNames, left_out.names.size());
  for (const std::string& name : left_out.names) {
    if (kept.names.size() == kNames) break;
    names_say_all = names_say_all && name.size() <= kNameBytes;
    kept.names.push_back(name.substr(0, kNameBytes));
  }
  if (names_say_all) return kept;
  kept.hashes.assign(hashes.begin(), hashes.end());
  kept.hashes.resize(std::min(kHashes, kept.hashes.size()));
  return kept;
}

}  // namespace tagloom::featurecache
