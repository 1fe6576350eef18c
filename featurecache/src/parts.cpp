#include "parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace tagloom::featurecache {
namespace {

namespace fs = std::filesystem;

constexpr const char* kManifest = "manifest.json";

fs::path with_suffix(fs::path path, const char* suffix) {
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

std::string read_text(const fs::path& path) {
  const File file(path, File::Mode::read);
  std::string text(file.size(), '\0');
  file.read_at(std::as_writable_bytes(std::span(text)), 0);
  return text;
}

void write_text_for_good(const fs::path& path, const std::string& text) {
  const fs::path temporary = with_suffix(path, ".tmp");
  const File file(temporary, File::Mode::create);
  file.write_at(std::as_bytes(std::span(text)), 0);
  file.sync();
  rename_for_good(temporary, path);
}

}  // namespace

Parts::Parts(const fs::path& cache, CacheInfo info)
    : folder_(with_suffix(cache, ".parts")), info_(std::move(info)), lock_(folder_) {
  try {
    check_manifest();
    remove_leftovers();
    load_shards();
  } catch (const fs::filesystem_error& error) {
    throw cannot_write(folder_, error.code().value());
  }
}

void Parts::refuse_if_different(const CacheInfo& there) const {
  const std::string differs = difference(there, info_);
  if (differs.empty()) return;
  throw DataError(fmt::format(
      "the cache begun in {} was made with other settings: {}; delete that folder to start afresh, or "
      "choose another file name",
      folder_.string(), differs));
}

void Parts::check_manifest() const {
  const fs::path manifest = folder_ / kManifest;
  if (fs::exists(manifest)) {
    refuse_if_different(from_json(read_text(manifest), manifest.string()));
  } else {
    write_text_for_good(manifest, to_json(info_));
  }
}

/// Files that a process was writing when it ended.
void Parts::remove_leftovers() const {
  for (const fs::path& file : files_in(folder_))
    if (file.extension() == ".tmp") fs::remove(file);
}

/// Every shard is read to its end: one that a power failure left damaged is dropped here, and its images are
/// done anew.
void Parts::load_shards() {
  std::vector<std::pair<std::size_t, fs::path>> files;
  for (const fs::path& file : files_in(folder_))
    if (const auto number = shard_number(file)) files.emplace_back(*number, file);
  std::ranges::sort(files);
  for (const auto& [number, path] : files) {
    next_number_ = number + 1;
    try {
      const CacheFile shard(path);
      refuse_if_different(shard.layout().info);
      shard.verify();
      shards_.push_back({path, shard.layout().keys});
    } catch (const DamagedFile&) {
      fs::remove(path);
    }
  }
}

void Parts::add(const RowKeys& keys, const RowSource& row) {
  const fs::path path = folder_ / fmt::format("{:05}.h5", next_number_);
  write_cache_file(path, with_suffix(path, ".tmp"), info_, keys, row);
  ++next_number_;
  shards_.push_back({path, keys});
}

void Parts::assemble(const fs::path& path) const {
  RowKeys keys;
  for (const Shard& shard : shards_)
    keys.append(shard.keys);
  // Rows are asked for in order, so that one shard is open at a time.
  auto shard = shards_.begin();
  std::size_t shard_begin = 0;
  std::optional<CacheFile> file;
  CacheFile::RowBuffer buffer;
  const auto row_of_shards = [&](std::size_t row) {
    while (row - shard_begin == shard->keys.size()) {
      shard_begin += shard->keys.size();
      ++shard;
      file.reset();
    }
    if (!file) file.emplace(shard->path);
    const auto found = file->checked_row(static_cast<std::int64_t>(row - shard_begin), buffer);
    return info_.compression == Compression::none ? found.plain : found.stored;
  };
  write_cache_file(path, with_suffix(path, ".partial"), info_, keys, row_of_shards);
}

void Parts::remove() {
  shards_.clear();
  std::error_code ignored;  // the cache is whole; what stays behind is only untidy
  fs::remove_all(folder_, ignored);
}

}  // namespace tagloom::featurecache
