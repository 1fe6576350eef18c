#include "codec/bitmap_filter.hpp"

#include "codec/bitmap_codec.hpp"

#include <cstdlib>

namespace tagloom::featurecache {
namespace {

/// HDF5 takes and gives memory of malloc. Nothing, and the caller's buffer as it was, on failure.
template <typename Fill>
std::size_t replace(void** buffer, std::size_t* capacity, std::size_t bytes, const Fill& fill) {
  auto* made = static_cast<std::byte*>(std::malloc(bytes));
  if (made == nullptr) return 0;
  if (!fill(std::span(made, bytes))) {
    std::free(made);
    return 0;
  }
  std::free(*buffer);
  *buffer = made;
  *capacity = bytes;
  return bytes;
}

std::size_t decode(std::size_t count, std::span<const std::byte> packed, std::size_t* capacity,
                   void** buffer) {
  // Before room is made for what a damaged file claims.
  if (packed.size() < bitmap_bytes(count)) return 0;
  return replace(buffer, capacity, count * sizeof(std::uint16_t), [&](std::span<std::byte> plain) {
    return unpack(packed, {reinterpret_cast<std::uint16_t*>(plain.data()), count});
  });
}

std::size_t encode(std::span<const std::uint16_t> numbers, std::size_t* capacity, void** buffer) {
  const std::size_t bytes = packed_bytes(numbers);
  if (!worth_packing(bytes, numbers.size_bytes())) return 0;
  return replace(buffer, capacity, bytes, [&](std::span<std::byte> packed) {
    pack(numbers, packed);
    return true;
  });
}

/// HDF5's signature; 0 says that it failed.
std::size_t filter(unsigned flags, std::size_t values, const unsigned* value, std::size_t bytes,
                   std::size_t* capacity, void** buffer) {
  if (values != 1 || value[0] == 0) return 0;
  const std::size_t count = value[0];
  if ((flags & H5Z_FLAG_REVERSE) != 0)
    return decode(count, {static_cast<const std::byte*>(*buffer), bytes}, capacity, buffer);
  if (bytes != count * sizeof(std::uint16_t)) return 0;
  return encode({static_cast<const std::uint16_t*>(*buffer), count}, capacity, buffer);
}

}  // namespace

const H5Z_class2_t& bitmap_filter() {
  static const H5Z_class2_t kFilter = {.version = H5Z_CLASS_T_VERS,
                                       .id = kBitmapFilter,
                                       .encoder_present = 1,
                                       .decoder_present = 1,
                                       .name = "tagloom bitmap: one bit a float16, then those that are not 0",
                                       .can_apply = nullptr,
                                       .set_local = nullptr,
                                       .filter = &filter};
  return kFilter;
}

}  // namespace tagloom::featurecache
