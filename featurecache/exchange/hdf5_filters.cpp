#include "exchange/hdf5_filters.hpp"

#include <algorithm>
#include <bit>
#include <ranges>
#include <zlib.h>

namespace tagloom::featurecache {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::size_t kChecksumBytes = 4;

/// Exactly `count` bytes, with nothing behind them.
std::optional<Bytes> inflated(const Bytes& packed, std::size_t count) {
  Bytes bytes(count);
  uLongf made = count;
  const int status = uncompress(reinterpret_cast<Bytef*>(bytes.data()), &made,
                                reinterpret_cast<const Bytef*>(packed.data()), packed.size());
  if (status != Z_OK || made != count) return std::nullopt;
  return bytes;
}

/// The first bytes of all elements stand together, then the second ones; what is no whole element, behind
/// them.
Bytes unshuffled(const Bytes& shuffled, std::size_t element_bytes) {
  Bytes bytes = shuffled;
  const std::size_t elements = shuffled.size() / std::max<std::size_t>(element_bytes, 1);
  for (std::size_t place = 0; place < element_bytes; ++place)
    for (std::size_t i = 0; i < elements; ++i)
      bytes[i * element_bytes + place] = shuffled[place * elements + i];
  return bytes;
}

std::optional<Bytes> checked(Bytes bytes) {
  if (bytes.size() < kChecksumBytes) return std::nullopt;
  std::uint32_t stored = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i)
    stored |= std::to_integer<std::uint32_t>(bytes[bytes.size() - kChecksumBytes + i]) << (8 * i);
  bytes.resize(bytes.size() - kChecksumBytes);
  const std::uint32_t sum = fletcher32(bytes);
  // Libraries before 1.6.3 stored the bytes of its halves the other way round on little-endian machines.
  const std::uint32_t turned = ((sum & 0x00ff00ffU) << 8) | ((sum >> 8) & 0x00ff00ffU);
  if (stored != sum && stored != turned) return std::nullopt;
  return bytes;
}

}  // namespace

bool Packing::is_known() const {
  const auto is_one = [](H5Z_filter_t id) {
    return id == H5Z_FILTER_DEFLATE || id == H5Z_FILTER_SHUFFLE || id == H5Z_FILTER_FLETCHER32;
  };
  return std::ranges::all_of(filters, is_one) && std::ranges::count(filters, H5Z_FILTER_DEFLATE) <= 1;
}

std::optional<Bytes> unpacked(const Packing& packing, std::uint32_t left_out, Bytes bytes) {
  const auto is_applied = [&](std::size_t i) { return ((left_out >> i) & 1U) == 0; };
  for (std::size_t i = packing.filters.size(); i-- > 0;) {
    if (!is_applied(i)) continue;
    std::optional<Bytes> before;
    if (packing.filters[i] == H5Z_FILTER_DEFLATE) {
      std::size_t count = packing.chunk_bytes;
      for (std::size_t j = 0; j < i; ++j)
        if (is_applied(j) && packing.filters[j] == H5Z_FILTER_FLETCHER32) count += kChecksumBytes;
      before = inflated(bytes, count);
    } else if (packing.filters[i] == H5Z_FILTER_SHUFFLE) {
      before = unshuffled(bytes, packing.element_bytes);
    } else {
      before = checked(std::move(bytes));
    }
    if (!before) return std::nullopt;
    bytes = *std::move(before);
  }
  if (bytes.size() != packing.chunk_bytes) return std::nullopt;
  return bytes;
}

std::uint32_t fletcher32(std::span<const std::byte> bytes) {
  // So many words, of 16 bits each, add up in 32 bits.
  constexpr std::size_t kWordsAtOnce = 360;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  const auto fold = [](std::uint32_t& sum) { sum = (sum & 0xffffU) + (sum >> 16); };
  const auto add = [&](std::uint32_t word) { high += low += word; };
  const std::size_t words = bytes.size() / 2;
  for (std::size_t i = 0; i < words; ++i) {
    add((std::to_integer<std::uint32_t>(bytes[2 * i]) << 8) |
        std::to_integer<std::uint32_t>(bytes[2 * i + 1]));
    if ((i + 1) % kWordsAtOnce == 0 || i + 1 == words) {
      fold(low);
      fold(high);
    }
  }
  if (bytes.size() % 2 == 1) {
    add(std::to_integer<std::uint32_t>(bytes.back()) << 8);
    fold(low);
    fold(high);
  }
  fold(low);
  fold(high);
  return (high << 16) | low;
}

}  // namespace tagloom::featurecache
