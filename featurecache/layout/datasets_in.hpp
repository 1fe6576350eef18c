#pragma once

/// The datasets of one cache file, as HDF5's metadata describe them: where their bytes lie, and that they lie
/// in this file. It may be damaged or hostile: every size is checked against the file's before memory is
/// reserved, HDF5 reads metadata only, and no link is followed. What a cache never has throws DamagedFile.

#include "hdf5/hdf5.hpp"

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tagloom::featurecache {

using Dimensions = std::vector<hsize_t>;

class DatasetsIn {
 public:
  /// Both must outlive this.
  DatasetsIn(const File& file, hid_t hdf5) : file_(file), hdf5_(hdf5) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] Handle open(std::string_view name) const;
  /// One whose bytes lie one after the other.
  [[nodiscard]] Handle open_plain(std::string_view name) const;
  /// That a dataset has chunks and passes through no filter but ours.
  void check_packed(std::string_view name) const;
  [[nodiscard]] Dimensions dimensions(hid_t dataset) const;
  /// The bytes of a text of fixed length.
  [[nodiscard]] std::size_t text_bytes(hid_t type) const;

  /// `count` pieces of `bytes` bytes each, all of which must end before `end`.
  struct Pieces {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
    std::uint64_t end = 0;
  };
  /// Where the pieces of a plain dataset begin.
  [[nodiscard]] std::uint64_t begin_of(hid_t dataset, const Pieces& pieces) const;
  /// Offsets of the pieces of a dataset, which is in one piece or has a chunk for each; `shape` is the
  /// whole's.
  [[nodiscard]] std::vector<std::uint64_t> offsets(std::string_view name, const Dimensions& shape,
                                                   const Pieces& pieces) const;

  [[nodiscard]] const File& file() const { return file_; }
  [[nodiscard]] hid_t hdf5() const { return hdf5_; }
  hid_t ok(hid_t result) const { return readable(result, file_.path()); }
  void require(bool condition) const { readable(condition ? 0 : -1, file_.path()); }

 private:
  void refuse(std::string_view name, std::string_view how) const;
  void check_plain(std::string_view name, hid_t creation, H5D_layout_t layout) const;
  [[nodiscard]] std::vector<std::uint64_t> chunks(hid_t dataset, const Dimensions& chunk,
                                                  const Pieces& pieces) const;

  const File& file_;
  hid_t hdf5_;
};

/// Whether so many bytes from `offset` on end before `end`.
[[nodiscard]] constexpr bool is_inside(std::uint64_t offset, std::uint64_t bytes, std::uint64_t end) {
  return offset <= end && bytes <= end - offset;
}

}  // namespace tagloom::featurecache
