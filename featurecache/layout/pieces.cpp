#include "layout/pieces.hpp"

#include "layout/cache_file.hpp"
#include "layout/left_out.hpp"

#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <sys/resource.h>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace tagloom::featurecache {
namespace {

namespace fs = std::filesystem;

/// Every piece has a descriptor; shells allow 1024 unless asked for more, as this does.
void allow_open_files(std::size_t more) {
  constexpr rlim_t kOthers = 256;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= more + kOthers) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, more + kOthers);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

/// "a.h5, b.h5 and 6 more".
std::string names_of(const std::vector<CacheFile>& caches) {
  constexpr std::size_t kMost = 2;
  std::string names;
  for (std::size_t i = 0; i < std::min(kMost, caches.size()); ++i)
    names += (i == 0 ? "" : ", ") + caches[i].path().string();
  if (caches.size() > kMost) names += fmt::format(" and {} more", caches.size() - kMost);
  return names;
}

void check_mixes(const CacheFile& one, const CacheFile& other) {
  const CacheInfo& there = one.layout().info;
  const CacheInfo& here = other.layout().info;
  const std::string differs = difference(there, here);
  if (differs.empty()) return;
  throw DataError(fmt::format(
      "what {} and {} hold must not be mixed: {}; {}.", shown(one.path()), shown(other.path()), differs,
      there.store == here.store ? "build both with the same encoder, weights and options"
                                : "write one of them anew with `tagloom cache merge --store`"));
}

/// By what they hold, so that the order in which they are given changes nothing.
bool comes_before(const CacheFile& one, const CacheFile& other) {
  const auto key = [](const CacheFile& file) {
    const CacheInfo& info = file.layout().info;
    using Key =
        std::tuple<std::int64_t, const std::string&, const std::vector<std::string>&, const fs::path&>;
    return Key(info.shard ? info.shard->index : 0, info.data_fingerprint, file.layout().keys.row_hashes,
               file.path());
  };
  return key(one) < key(other);
}

DataError another_piece(const fs::path& cache, const fs::path& piece) {
  return DataError(
      fmt::format("{} is made of {}, which is another cache now than when they were merged; put "
                  "the former back, or merge again",
                  shown(cache), shown(piece)));
}

/// The rows of all pieces, each image once.
class Union {
 public:
  explicit Union(std::vector<CacheFile>& pieces) : pieces_(pieces) {}

  void add(std::size_t piece) {
    const RowKeys& keys = pieces_[piece].layout().keys;
    std::vector<std::size_t> rows;
    for (std::size_t row = 0; row < keys.size(); ++row) {
      const auto [found, is_new] = by_name_.emplace(keys.names[row], PieceRow{piece, row});
      if (is_new) {
        rows.push_back(row);
        places_.push_back({piece, row});
      } else {
        check_same(found->second, {piece, row});
      }
    }
    keys_.append(keys.picked(rows));
  }

  void move_into(Layout& layout) {
    // They are of no use unless every row has one.
    for (auto* hashes : {&keys_.pooled_hashes, &keys_.stored_hashes})
      if (hashes->size() != keys_.size()) hashes->clear();
    layout.keys = std::move(keys_);
    layout.places = std::move(places_);
  }

 private:
  void check_same(const PieceRow& one, const PieceRow& other) const {
    const RowKeys& there = pieces_[one.piece].layout().keys;
    const RowKeys& here = pieces_[other.piece].layout().keys;
    if (there.hashes[one.row] == here.hashes[other.row]) return;
    throw DataError(fmt::format(
        "{} and {} were made of two different images that are both called {}; one cache holds one of a name: "
        "build one of the two without it, or under another name.",
        shown(pieces_[one.piece].path()), shown(pieces_[other.piece].path()), shown(there.names[one.row])));
  }

  std::vector<CacheFile>& pieces_;
  std::unordered_map<std::string, PieceRow> by_name_;
  RowKeys keys_;
  std::vector<PieceRow> places_;
};

/// Relative to the folder of the virtual cache, so that both may move together.
fs::path seen_from(const fs::path& virtual_cache, const fs::path& piece) {
  const fs::path folder = fs::weakly_canonical(fs::absolute(virtual_cache).parent_path());
  return fs::weakly_canonical(fs::absolute(piece)).lexically_relative(folder);
}

}  // namespace

std::vector<CacheFile> open_all(const std::vector<fs::path>& paths) {
  allow_open_files(paths.size());
  return {paths.begin(), paths.end()};
}

CacheFile CacheFile::joined(std::vector<CacheFile> caches) {
  CacheFile all;
  all.path_ = names_of(caches);
  std::vector<CacheInfo> infos;
  for (const CacheFile& cache : caches) {
    infos.push_back(cache.layout().info);
    check_mixes(caches.front(), cache);
  }
  all.pieces_ = std::move(caches);
  std::ranges::sort(all.pieces_, comes_before);
  Union rows(all.pieces_);
  for (std::size_t piece = 0; piece < all.pieces_.size(); ++piece)
    rows.add(piece);
  rows.move_into(all.layout_);
  // What follows is said once, by the whole.
  for (CacheFile& piece : all.pieces_)
    piece.layout_.keys = {};
  all.layout_.info = common_info(infos);
  all.layout_.info.images = static_cast<std::int64_t>(all.layout_.keys.size());
  all.layout_.info.data_fingerprint = data_fingerprint(all.layout_.keys);
  leave_out_only_missing(all.layout_.info.left_out, all.layout_.keys);
  return all;
}

/// Whether each is what it was when the virtual cache was made, its rows' hashes tell.
void CacheFile::open_pieces() {
  allow_open_files(layout_.pieces.size());
  const fs::path folder = path_.parent_path();
  for (const fs::path& name : layout_.pieces) {
    if (name.empty() || name.is_absolute())
      throw DamagedFile(fmt::format("{} is made of {}, which is no path from its folder; merge it again",
                                    shown(path_), shown(name)));
    const fs::path piece = folder / name;
    if (std::error_code unknown; !fs::exists(piece, unknown))
      throw DataError(
          fmt::format("{} is made of {}, which is not there; put it back, or merge again without "
                      "--virtual where all pieces are",
                      shown(path_), shown(piece)));
    // Its own pieces stay closed: a cache that is made of itself has no last one.
    pieces_.push_back(without_pieces(piece, OnDamage::refuse));
    const CacheInfo& there = pieces_.back().layout_.info;
    if (there.pieces > 0)
      throw DamagedFile(fmt::format("{} is made of {}, which is a virtual cache itself; merge it again",
                                    shown(path_), shown(piece)));
    if (!difference(there, layout_.info).empty()) throw another_piece(path_, piece);
  }
  std::vector<std::uint64_t>& map_bytes = layout_.keys.stored_map_bytes;
  map_bytes.resize(layout_.places.size());
  for (std::size_t row = 0; row < layout_.places.size(); ++row) {
    const PieceRow& place = layout_.places[row];
    const CacheFile& piece = pieces_[place.piece];
    const RowKeys& theirs = piece.layout_.keys;
    if (place.row >= theirs.size() || theirs.names[place.row] != layout_.keys.names[row] ||
        theirs.hashes[place.row] != layout_.keys.hashes[row] ||
        theirs.row_hashes[place.row] != layout_.keys.row_hashes[row])
      throw another_piece(path_, piece.path());
    map_bytes[row] = theirs.stored_map_bytes[place.row];
  }
  for (CacheFile& piece : pieces_)
    piece.layout_.keys = {};
}

CacheInfo write_virtual_file(const fs::path& path, const CacheFile& joined) {
  Layout layout{.info = joined.layout().info, .keys = joined.layout().keys, .places = joined.layout().places};
  std::vector<std::size_t> piece_images;
  for (const CacheFile& piece : joined.pieces()) {
    if (!piece.pieces().empty())
      throw DataError(
          fmt::format("{} is a virtual cache itself; merge the files that it is made of, or "
                      "merge without --virtual.",
                      shown(piece.path())));
    layout.pieces.push_back(seen_from(path, piece.path()));
    piece_images.push_back(static_cast<std::size_t>(piece.layout().info.images));
  }
  layout.info.pieces = static_cast<std::int64_t>(layout.pieces.size());
  layout.info.format = format_for(layout.info);
  NewFile target(path);
  write_virtual_layout(target.file(), layout, piece_images);
  target.commit();
  return layout.info;
}

}  // namespace tagloom::featurecache
