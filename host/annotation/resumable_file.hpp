#pragma once

/// The file of annotations while it is being written: PATH.partial, and PATH.state, which says how much of it
/// stands. Whoever is interrupted begins again with the same command and goes on behind what stands; when all
/// is done, PATH.partial becomes PATH.

#include "features/image_files.hpp"
#include "runtime/settings.hpp"

#include <tagloom/base/file.hpp>
#include <tagloom/base/hash.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace tagloom::annotation {

class ResumableFile {
 public:
  /// Takes up what an earlier call left, or begins afresh. `settings` are what the lines depend on,
  /// `pictures` those that they are of, in order. Throws DataError, saying what differs, if what is there is
  /// of other settings or pictures.
  ResumableFile(std::filesystem::path path, runtime::Settings settings,
                std::span<const features::ImageFile> pictures);

  /// The first so many pictures are done.
  [[nodiscard]] std::int64_t pictures() const { return pictures_; }
  /// Those among them that could not be read.
  [[nodiscard]] std::int64_t unreadable() const { return unreadable_; }
  /// Whether nothing is in it yet.
  [[nodiscard]] bool is_empty() const { return bytes_ == 0 && unwritten_.empty(); }

  /// Behind what was written before; in memory until it is saved.
  void write(std::string_view lines) { unwritten_ += lines; }
  /// The next picture's lines are written.
  void done(const features::ImageFile& picture, bool readable);
  /// Puts on the disk what is done, if anything is since it was called last. Throws DataError if the disk is
  /// full; then the state of before stands.
  void save();
  /// Gives the file its name. Throws DataError, and what is done stands.
  void commit();

 private:
  [[nodiscard]] std::filesystem::path state_path() const;
  [[nodiscard]] std::string state() const;
  void take_up(std::span<const features::ImageFile> pictures);

  std::filesystem::path path_;
  runtime::Settings settings_;
  File file_;
  /// Covers the names of the pictures that are done.
  Hasher names_;
  std::int64_t pictures_ = 0;
  std::int64_t saved_pictures_ = 0;
  std::int64_t unreadable_ = 0;
  /// How much of the file stands.
  std::uint64_t bytes_ = 0;
  std::string unwritten_;
};

}  // namespace tagloom::annotation
