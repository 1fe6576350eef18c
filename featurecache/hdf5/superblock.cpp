#include "hdf5/superblock.hpp"

#include "hdf5/driver_class.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace tagloom::featurecache {

std::uint64_t end_of_file(std::span<const std::byte> bytes) {
  constexpr std::size_t kEndOfFileAddress = 28;
  std::uint64_t end = 0;
  std::memcpy(&end, bytes.subspan(kEndOfFileAddress, sizeof end).data(), sizeof end);
  return end;
}

std::uint64_t bytes_when_whole(const File& file) {
  constexpr std::size_t kVersion = 8;
  std::array<std::byte, 48> superblock = {};
  const std::uint64_t bytes = file.size();
  if (bytes < superblock.size()) return bytes;
  file.read_at(superblock, 0);
  const auto version = std::to_integer<int>(superblock[kVersion]);
  if (version != 2 && version != 3) return bytes;
  return std::clamp<std::uint64_t>(end_of_file(superblock), bytes,
                                   std::max<std::uint64_t>(bytes, kMostAddress));
}

}  // namespace tagloom::featurecache
