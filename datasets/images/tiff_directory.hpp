#pragma once

/// The first directory of a TIFF file, which is also what an Exif block in a file of another format is.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace tagloom::datasets {

class TiffDirectory {
 public:
  /// Reads the directory; from damaged bytes only what could be read.
  explicit TiffDirectory(std::span<const std::byte> bytes);

  /// The first of a tag's whole numbers.
  [[nodiscard]] std::optional<std::uint64_t> number(std::uint16_t tag) const;
  /// Whether it is not in the bytes, or not as a whole.
  [[nodiscard]] bool is_cut() const { return is_cut_; }
  /// Whether another directory follows: another picture.
  [[nodiscard]] bool has_next() const { return has_next_; }

 private:
  std::map<std::uint16_t, std::uint64_t> numbers_;
  bool is_cut_ = true;
  bool has_next_ = false;
};

/// How an Exif block says that a picture must be turned, 1 to 8 as in Exif; 1, as it is, if it does not say.
[[nodiscard]] int exif_orientation(std::span<const std::byte> exif);

}  // namespace tagloom::datasets
