#include "images/tiff_directory.hpp"

#include "images/bytes.hpp"

#include <algorithm>
#include <cstring>

namespace tagloom::datasets {
namespace {

constexpr std::uint16_t kOrientation = 0x0112;

/// Bytes of a whole number of a field's type; none for other types.
std::size_t number_bytes(std::uint64_t type) {
  switch (type) {
    case 1:
      return 1;  // BYTE
    case 3:
      return 2;  // SHORT
    case 4:
      return 4;  // LONG
    case 16:
      return 8;  // LONG8
    default:
      return 0;
  }
}

/// A view of the bytes that knows their order; what is outside reads as nothing.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> bytes)
      : bytes_(bytes), big_(!bytes.empty() && bytes[0] == std::byte{'M'}) {}

  [[nodiscard]] std::optional<std::uint64_t> number(std::uint64_t at, std::size_t length) const {
    if (at > bytes_.size() || bytes_.size() - at < length) return std::nullopt;
    const auto found = bytes_.subspan(at, length);
    return big_ ? big_endian(found) : little_endian(found);
  }

 private:
  std::span<const std::byte> bytes_;
  bool big_;
};

}  // namespace

TiffDirectory::TiffDirectory(std::span<const std::byte> bytes) {
  const Bytes file(bytes);
  // BigTIFF, version 43, has wider counts and offsets.
  const bool big = file.number(2, 2) == 43U;
  const std::size_t offset_bytes = big ? 8 : 4;
  const std::size_t entry_bytes = big ? 20 : 12;
  const auto begin = file.number(big ? 8 : 4, offset_bytes);
  if (!begin) return;
  const auto count = file.number(*begin, big ? 8 : 2);
  if (!count || *count > bytes.size() / entry_bytes) return;
  std::uint64_t at = *begin + (big ? 8 : 2);
  for (std::uint64_t i = 0; i < *count; ++i, at += entry_bytes) {
    const auto tag = file.number(at, 2);
    const auto type = file.number(at + 2, 2);
    const auto values = file.number(at + 4, offset_bytes);
    if (!tag || !type || !values) return;
    const std::size_t length = number_bytes(*type);
    // Values that do not fit their place in the entry stand elsewhere, and this is their offset.
    std::uint64_t place = at + 4 + offset_bytes;
    if (*values > offset_bytes / std::max<std::size_t>(length, 1))
      place = file.number(place, offset_bytes).value_or(bytes.size());
    if (const auto value = file.number(place, length); value && length > 0)
      numbers_.emplace(static_cast<std::uint16_t>(*tag), *value);
  }
  is_cut_ = false;
  has_next_ = file.number(at, offset_bytes).value_or(0) != 0;
}

std::optional<std::uint64_t> TiffDirectory::number(std::uint16_t tag) const {
  const auto found = numbers_.find(tag);
  return found == numbers_.end() ? std::nullopt : std::optional(found->second);
}

int exif_orientation(std::span<const std::byte> exif) {
  // JPEG has this in front, and some writers of WebP keep it.
  constexpr char kPrefix[] = "Exif\0";
  if (exif.size() >= sizeof kPrefix && std::memcmp(exif.data(), kPrefix, sizeof kPrefix) == 0)
    exif = exif.subspan(sizeof kPrefix);
  const auto orientation = TiffDirectory(exif).number(kOrientation).value_or(1);
  return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
}

}  // namespace tagloom::datasets
