#pragma once

/// What an HDF5 file says of its own length, in its first bytes (a superblock of version 2 or 3, which has a
/// checksum that HDF5 looks at).

#include <tagloom/base/file.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace tagloom::featurecache {

/// Where a file ends, by the superblock that its bytes begin with.
[[nodiscard]] std::uint64_t end_of_file(std::span<const std::byte> bytes);

/// Bytes that a file had when it was whole: more than it has if it was cut short since, never fewer.
[[nodiscard]] std::uint64_t bytes_when_whole(const File& file);

}  // namespace tagloom::featurecache
