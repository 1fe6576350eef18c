#pragma once

/// HDF5's own filters, undone: gzip, shuffle and fletcher32 (sections IV.A.2.l and III.A.1 of its file
/// format).

#include <hdf5.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tagloom::featurecache {

/// How the chunks of a dataset are packed: filters in the order in which the writer applied them.
struct Packing {
  std::vector<H5Z_filter_t> filters;
  std::size_t element_bytes = 0;
  std::size_t chunk_bytes = 0;

  /// Whether `unpacked` knows all of them, and gzip stands there once at the most.
  [[nodiscard]] bool is_known() const;
};

/// A chunk as it was before it was packed, without the filters whose bits are set in `left_out`; nothing if
/// it is damaged.
[[nodiscard]] std::optional<std::vector<std::byte>> unpacked(const Packing& packing, std::uint32_t left_out,
                                                             std::vector<std::byte> bytes);

/// The checksum that fletcher32 puts behind a chunk.
[[nodiscard]] std::uint32_t fletcher32(std::span<const std::byte> bytes);

}  // namespace tagloom::featurecache
