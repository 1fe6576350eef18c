#include "codec/bitmap_filter.hpp"

#include <cstdlib>
#include <optional>
#include <span>

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

std::size_t decode(const MapForm& form, std::span<const std::byte> packed, std::size_t* capacity,
                   void** buffer) {
  // Before room is made for what a damaged file claims.
  if (packed.size() < form.least_bytes()) return 0;
  return replace(buffer, capacity, form.bytes(),
                 [&](std::span<std::byte> plain) { return unpack(packed, form, plain); });
}

std::size_t encode(const MapForm& form, std::span<const std::byte> plain, std::size_t* capacity,
                   void** buffer) {
  const std::size_t bytes = packed_bytes(plain, form);
  if (!worth_packing(bytes, plain.size())) return 0;
  return replace(buffer, capacity, bytes, [&](std::span<std::byte> packed) {
    pack(plain, form, packed);
    return true;
  });
}

/// Nothing if no map has such numbers.
std::optional<MapForm> form_from(std::span<const unsigned> values) {
  if (values.size() != 1 && values.size() != 3) return std::nullopt;
  MapForm form{.numbers = values[0]};
  if (values.size() == 3) {
    form.number_bytes = values[1];
    form.scale_bytes = values[2];
  }
  const bool has_known_numbers = form.number_bytes == 1 || form.number_bytes == 2 || form.number_bytes == 4;
  if (form.numbers == 0 || !has_known_numbers || form.scale_bytes % form.number_bytes != 0)
    return std::nullopt;
  return form;
}

/// HDF5's signature; 0 says that it failed.
std::size_t filter(unsigned flags, std::size_t values, const unsigned* value, std::size_t bytes,
                   std::size_t* capacity, void** buffer) {
  const auto form = form_from({value, values});
  if (!form) return 0;
  const std::span chunk(static_cast<const std::byte*>(*buffer), bytes);
  if ((flags & H5Z_FLAG_REVERSE) != 0) return decode(*form, chunk, capacity, buffer);
  if (bytes != form->bytes()) return 0;
  return encode(*form, chunk, capacity, buffer);
}

}  // namespace

const H5Z_class2_t& bitmap_filter() {
  static const H5Z_class2_t kFilter = {.version = H5Z_CLASS_T_VERS,
                                       .id = kBitmapFilter,
                                       .encoder_present = 1,
                                       .decoder_present = 1,
                                       // HDF5 writes it into files, which stay what they were.
                                       .name = "tagloom bitmap: one bit a float16, then those that are not 0",
                                       .can_apply = nullptr,
                                       .set_local = nullptr,
                                       .filter = &filter};
  return kFilter;
}

std::vector<unsigned> bitmap_filter_values(const MapForm& form) {
  std::vector<unsigned> values = {static_cast<unsigned>(form.numbers)};
  if (form.number_bytes != MapForm().number_bytes || form.scale_bytes > 0)
    values.insert(values.end(),
                  {static_cast<unsigned>(form.number_bytes), static_cast<unsigned>(form.scale_bytes)});
  return values;
}

}  // namespace tagloom::featurecache
