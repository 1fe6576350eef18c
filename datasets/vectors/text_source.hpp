#pragma once

/// Where the bytes of a text come from.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace tagloom::datasets {

class TextSource {
 public:
  TextSource() = default;
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;
  virtual ~TextSource() = default;

  /// Fills `bytes` as far as the text goes; fewer than asked only at its end. Throws DataError if the file is
  /// damaged or cannot be read.
  virtual std::size_t read(std::span<char> bytes) = 0;
};

/// A text as it is or packed: gzip, or the only file of a zip archive; of an archive of several, ARCHIVE/FILE
/// is the path. Throws DataError if there is no such file, or the archive has several and none is named.
std::unique_ptr<TextSource> open_text(const std::filesystem::path& path);

}  // namespace tagloom::datasets
