#pragma once

/// Writes a feature cache over hours, and loses nothing when it is interrupted. Images are collected into
/// shards beside the final file (`FILE.parts/00000.h5`, ...), each renamed into place when whole; `finish`
/// assembles them into `FILE.partial` and renames that to `FILE`. The last shard is stored every few seconds,
/// too, and replaced when it has grown, so that there are never many. A writer opened on an unfinished cache
/// continues it. One writer a file, one thread a writer.

#include <tagloom/featurecache/packed_rows.hpp>
#include <tagloom/featurecache/schema.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagloom::featurecache {

using Clock = std::function<std::chrono::steady_clock::time_point()>;

struct WriterSettings {
  /// Images a shard.
  std::int64_t shard_images = 256;
  /// Add images to the cache that may be finished already, instead of refusing where one is. It stays as it
  /// is until `finish` replaces it as a whole.
  bool append = false;
  /// Decides how often a shard that is not full is stored.
  Clock now = std::chrono::steady_clock::now;
};

/// What a writer knows of an image that it has.
struct StoredImage {
  /// The hash of the image file's bytes.
  std::string hash;
  /// When an earlier process stored it, in seconds since 1970; of this writer's own images the time at which
  /// they were appended.
  std::int64_t seconds = 0;
  /// It is in the finished cache that is appended to, `seconds` when that was written.
  bool finished = false;
};

class CacheWriter {
 public:
  /// Starts or continues the cache at `path`. Throws DataError if a finished cache is there (with `append`: a
  /// virtual one, or one that was made with anything else than `info` says), if the parts
  /// there were made by another encoder, weights, preprocessing or options than `info` names (the sentence
  /// says which), if another process writes it, or if the folder cannot be written.
  CacheWriter(std::filesystem::path path, CacheInfo info, WriterSettings settings = {});
  /// Leaves whole shards in place; images of an unfinished shard are written first if the disk allows.
  ~CacheWriter();
  CacheWriter(const CacheWriter&) = delete;
  CacheWriter& operator=(const CacheWriter&) = delete;

  /// An image that is stored, or waiting in the open shard.
  [[nodiscard]] std::optional<StoredImage> stored(const std::string& name) const;
  /// Images stored or waiting in the open shard.
  [[nodiscard]] std::int64_t images() const;
  /// Those of them that the finished cache has, which is appended to.
  [[nodiscard]] std::int64_t finished_images() const;
  /// Whole sentences to show the user: shards that were damaged and set aside, a file system without locks.
  [[nodiscard]] const std::vector<std::string>& notes() const;

  /// Appends a batch; `features` on any device, in any floating type, with all that `info.has` names. Throws
  /// NumericError, naming the image, if a value is NaN, infinite or beyond float16 (65504), and DataError if
  /// an image is stored already or has a name that no file can have; then nothing of the batch is stored.
  /// Throws DataError if the disk is full; then the batch waits in memory with the rest of its shard, and the
  /// next call tries again.
  void append(std::span<const ImageKey> images, const Features& features);
  /// The same of rows that were packed for this cache's description.
  void append(PackedRows rows);

  /// Puts the open shard on the disk, so that all images appended so far are kept. Throws DataError if the
  /// disk is full.
  void flush();

  /// Assembles the final file, rows in the order of their names, which records what was left out, and removes
  /// the parts. Where all images are in a finished cache already, that is left as it is. Throws DataError if
  /// no image was appended, the disk is full, or a shard is damaged (then the next writer does its images
  /// anew), and Interrupted when told to stop; the parts are kept.
  CacheInfo finish(LeftOut left_out = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::featurecache
