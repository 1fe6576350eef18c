#pragma once

/// What HDF5 keeps in chunks, unpacked by us. HDF5 1.10 takes a damaged chunk that unpacks to fewer bytes
/// than its sizes say for a whole one and reads behind its end; here, it is refused.

#include "exchange/hdf5_filters.hpp"

#include <ATen/core/Tensor.h>
#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace tagloom::featurecache {

/// A dataset in chunks that are not packed, or by gzip, shuffle and fletcher32 only. Every call is made in an
/// Hdf5Session, by one thread at a time, while the dataset is open.
class PackedChunks {
 public:
  /// Nothing, if the dataset is stored in another way. No chunk of a file of so many bytes has more of them.
  [[nodiscard]] static std::optional<PackedChunks> of(hid_t dataset, std::uint64_t file_bytes);

  /// Fills `rows`, uint8 [rows, ..., bytes of an element], with those from `first` on, as they are in the
  /// file. False if the file is damaged. Chunks that lie side by side stay in memory until others are read,
  /// those of 64 MiB at the most.
  [[nodiscard]] bool read(std::int64_t first, const at::Tensor& rows);

 private:
  using Sizes = std::vector<std::int64_t>;

  PackedChunks() = default;
  /// That of `begin`, [sizes of a chunk ..., bytes of an element]; undefined if it is damaged.
  [[nodiscard]] at::Tensor chunk(const Sizes& begin);
  [[nodiscard]] at::Tensor unpacked_chunk(const Sizes& begin) const;
  /// The chunk behind that of `begin` among those with rows up to `end`; false behind the last one.
  [[nodiscard]] bool advance(Sizes& begin, std::int64_t end) const;
  [[nodiscard]] bool is_cut_off(const Sizes& begin) const;

  hid_t dataset_ = H5I_INVALID_HID;
  std::uint64_t file_bytes_ = 0;
  Sizes sizes_;
  Sizes chunk_sizes_;
  Packing packing_;
  /// Where there is no chunk, rather than with a value of the file's own, which is refused.
  bool fills_with_zeros_ = true;
  /// Chunks that the dataset's sizes cut off are not packed.
  bool packs_whole_ones_only_ = false;
  std::map<Sizes, at::Tensor> kept_;
};

}  // namespace tagloom::featurecache
