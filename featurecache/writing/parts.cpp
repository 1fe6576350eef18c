#include "writing/parts.hpp"

#include "layout/left_out.hpp"
#include "writing/not_finished.hpp"
#include "writing/parts_folder.hpp"

#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/new_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <deque>
#include <ranges>
#include <set>

namespace tagloom::featurecache {
namespace {

namespace fs = std::filesystem;

fs::path with_suffix(fs::path path, std::string_view suffix) {
  return path += suffix;
}

/// The number of a shard's file, "00012.h5"; nothing for any other name.
std::optional<std::size_t> shard_number(const fs::path& path) {
  const std::string stem = path.stem().string();
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), number);
  if (path.extension() != ".h5" || error != std::errc() || end != stem.data() + stem.size())
    return std::nullopt;
  return number;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    files.push_back(entry.path());
  return files;
}

bool is_plain_file(const fs::path& path) {
  return fs::is_regular_file(fs::symlink_status(path));
}

std::string read_manifest(const fs::path& path) {
  constexpr std::uint64_t kMost = std::uint64_t{16} << 20;
  const File file(path, File::Mode::read);
  if (file.size() > kMost) throw DamagedFile(fmt::format("{} is no manifest", shown(path)));
  std::string text(file.size(), '\0');
  file.read_at(std::as_writable_bytes(std::span(text)), 0);
  return text;
}

/// Which images a shard has depends on the whole list.
std::string difference_of_builds(const CacheInfo& there, const CacheInfo& here) {
  const std::string differs = difference(there, here);
  if (!differs.empty() || there.shard == here.shard) return differs;
  const auto text = [](const CacheInfo& info) {
    return info.shard ? "shard " + to_text(*info.shard) : "no shard";
  };
  if (text(there) == text(here)) return text(here) + " of another list of images there";
  return fmt::format("{} there, {} here", text(there), text(here));
}

/// Shards that are open to be read, the last few that were asked for: there may be more than a process may
/// have open.
class OpenShards {
 public:
  explicit OpenShards(const std::vector<Parts::Shard>& shards) : shards_(shards) {}

  const CacheFile& operator[](std::size_t number) {
    constexpr std::size_t kMost = 200;
    if (const auto found = open_.find(number); found != open_.end()) return found->second;
    if (open_.size() == kMost) {
      open_.erase(opened_.front());
      opened_.pop_front();
    }
    const CacheFile& shard = open_.emplace(number, CacheFile(shards_[number].path)).first->second;
    opened_.push_back(number);
    return shard;
  }

 private:
  const std::vector<Parts::Shard>& shards_;
  std::unordered_map<std::size_t, CacheFile> open_;
  std::deque<std::size_t> opened_;
};

}  // namespace

Parts::Parts(fs::path cache, CacheInfo info, const WriterSettings& settings)
    : cache_(std::move(cache)), folder_(parts_folder(cache_)), info_(std::move(info)) {
  info_.format = format_for(info_);
  // Before anything is created beside a cache that turns out to be none to append to.
  if (settings.append && is_there(cache_)) open_base();
  try {
    lock_.emplace(lock_folder(folder_));
    if (!lock_->note().empty()) notes_.push_back(lock_->note());
    // Who had the lock until now may have put another one there.
    if (settings.append && (base_ ? !base_->is_in_place() : is_there(cache_))) open_base();
    check_manifest();
    remove_leftovers();
    load_shards(settings.now);
  } catch (const fs::filesystem_error& error) {
    throw cannot_write(folder_, error.code().value());
  }
}

void Parts::open_base() {
  base_row_by_name_.clear();
  base_.emplace(cache_);
  const CacheInfo& there = base_->layout().info;
  if (there.pieces > 0)
    throw DataError(
        fmt::format("{} is a virtual cache, to which nothing is appended; build the new images "
                    "into a cache of their own, and merge that with its pieces.",
                    shown(cache_)));
  if (there.shard && !info_.shard)
    throw DataError(
        fmt::format("{} is shard {} of a list of images; merge the shards, and append to what "
                    "comes out.",
                    shown(cache_), to_text(*there.shard)));
  if (const std::string differs = difference_of_builds(there, info_); !differs.empty())
    throw DataError(
        fmt::format("the finished cache {} was made with other settings: {}; delete it, or choose "
                    "another file name",
                    shown(cache_), differs));
  const auto& names = base_->layout().keys.names;
  for (std::size_t row = 0; row < names.size(); ++row)
    base_row_by_name_.emplace(names[row], row);
}

bool Parts::base_has(const RowKeys& keys) const {
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const auto found = base_row_by_name_.find(keys.names[row]);
    if (found == base_row_by_name_.end() ||
        base_->layout().keys.row_hashes[found->second] != keys.row_hashes[row])
      return false;
  }
  return true;
}

void Parts::refuse_if_different(const CacheInfo& there) const {
  const std::string differs = difference_of_builds(there, info_);
  if (differs.empty()) return;
  throw DataError(fmt::format(
      "the cache begun in {} was made with other settings: {}; delete that folder to start afresh, or "
      "choose another file name",
      shown(folder_), differs));
}

/// Shards say themselves what they are made with, so that a damaged manifest loses nothing.
void Parts::check_manifest() {
  if (is_plain_file(manifest())) {
    try {
      return refuse_if_different(from_json(read_manifest(manifest()), shown(manifest())));
    } catch (const DamagedFile&) {
      notes_.push_back(set_aside(manifest()));
    }
  }
  replace_file(manifest(), to_json(info_));
}

/// Files that a process was writing when it ended; `.tmp` is what earlier versions called them.
void Parts::remove_leftovers() const {
  for (const fs::path& file : files_in(folder_))
    if (file.extension() == ".partial" || file.extension() == ".tmp") fs::remove(file);
}

void Parts::load_shards(const Clock& now) {
  std::vector<std::pair<std::size_t, fs::path>> files;
  for (const fs::path& file : files_in(folder_))
    if (const auto number = shard_number(file)) files.emplace_back(*number, file);
  std::ranges::sort(files);
  if (!files.empty()) next_number_ = files.back().first + 1;
  const auto until = now() + std::chrono::seconds(1);
  for (const auto& [number, path] : std::views::reverse(files)) {
    throw_if_stop_requested();
    if (is_plain_file(path)) {
      load_shard(path, now() < until);
    } else {
      notes_.push_back(fmt::format(
          "{} is a link or no file: it is left alone, and what it might hold is done anew.", shown(path)));
    }
  }
  std::ranges::reverse(shards_);
}

/// A shard that a power failure left damaged is done anew; one that cannot be read is not damaged.
void Parts::load_shard(const fs::path& path, bool check_features) {
  try {
    const CacheFile shard(path);
    refuse_if_different(shard.layout().info);
    if (base_ && base_has(shard.layout().keys)) {
      // What was appended is whole, and its parts were being removed when the process ended.
      fs::remove(path);
      return;
    }
    if (check_features) shard.verify();
    shards_.push_back({path, shard.layout().keys});
  } catch (const DamagedFile&) {
    notes_.push_back(set_aside(path));
  }
}

std::string Parts::set_aside(const fs::path& damaged) const {
  fs::path aside = with_suffix(damaged, ".damaged");
  for (int more = 2; fs::exists(fs::symlink_status(aside)); ++more)
    aside = with_suffix(damaged, fmt::format(".damaged.{}", more));
  rename_for_good(damaged, aside);
  return fmt::format("{} is damaged and was set aside as {}; what it held is done anew.", shown(damaged),
                     shown(aside.filename()));
}

std::optional<CacheFile> Parts::reopen_last(std::size_t images, std::uint64_t bytes) {
  if (shards_.empty() || shards_.back().keys.size() >= images) return std::nullopt;
  CacheFile shard(shards_.back().path);
  std::uint64_t stored = shard.layout().keys.size() * pooled_bytes(info_);
  for (const std::uint64_t map : shard.layout().keys.stored_map_bytes)
    stored += map;
  if (stored >= bytes || shard.layout().info.compression != info_.compression) return std::nullopt;
  open_ = true;
  return shard;
}

void Parts::store(const RowKeys& keys, const RowSource& row) {
  const fs::path path = open_ ? shards_.back().path : folder_ / fmt::format("{:05}.h5", next_number_);
  (void)write_cache_file(path, info_, keys, row);
  if (open_) {
    shards_.back().keys = keys;
  } else {
    ++next_number_;
    shards_.push_back({path, keys});
    open_ = true;
  }
}

CacheInfo Parts::whole_info(LeftOut left_out, const RowKeys& keys) const {
  CacheInfo info = info_;
  info.left_out = std::move(left_out);
  if (base_) info.left_out = left_out_after(base_->layout().info.left_out, info.left_out);
  leave_out_only_missing(info.left_out, keys);
  return info;
}

CacheInfo Parts::assemble(LeftOut left_out) {
  std::vector<PieceRow> places;
  RowKeys keys;
  const auto add = [&](std::size_t piece, const RowKeys& more) {
    for (std::size_t row = 0; row < more.size(); ++row)
      places.push_back({.piece = piece, .row = row});
    keys.append(more);
  };
  for (std::size_t shard = 0; shard < shards_.size(); ++shard)
    add(shard, shards_[shard].keys);
  if (base_) add(shards_.size(), base_->layout().keys);
  const std::vector<std::size_t> order = name_order(keys);
  OpenShards open(shards_);
  CacheFile::RowBuffer buffer;
  const auto row_of_parts = [&](std::size_t row) {
    throw_if_stop_requested();
    const auto [piece, piece_row] = places[order[row]];
    const bool in_base = piece == shards_.size();
    try {
      const CacheFile& file = in_base ? *base_ : open[piece];
      const auto number = static_cast<std::int64_t>(piece_row);
      return info_.compression == Compression::none ? file.checked_plain_row(number, buffer)
                                                    : file.checked_row(number, buffer);
    } catch (const DamagedFile&) {
      if (in_base) throw;
      throw DataError(set_aside(shards_[piece].path) + " Run the same command again.");
    }
  };
  return write_cache_file(cache_, whole_info(std::move(left_out), keys), keys.picked(order), row_of_parts);
}

void Parts::remove() {
  std::error_code ignored;  // the cache is whole; what stays behind is only untidy
  for (const Shard& shard : shards_)
    fs::remove(shard.path, ignored);
  shards_.clear();
  fs::remove(manifest(), ignored);
  lock_.reset();
  fs::remove(folder_, ignored);
}

}  // namespace tagloom::featurecache
