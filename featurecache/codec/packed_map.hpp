#pragma once

/// A map's bytes as bitmap_codec.hpp packs them, whatever its numbers are: first what stays as it is (the
/// scales of int8), then bits and numbers. Knows neither LibTorch nor HDF5.

#include "codec/bitmap_codec.hpp"

#include <cstddef>
#include <span>

namespace tagloom::featurecache {

/// What a map that is not packed is made of.
struct MapForm {
  std::size_t numbers = 0;
  /// 1, 2 or 4.
  std::size_t number_bytes = 2;
  std::size_t scale_bytes = 0;

  [[nodiscard]] std::size_t bytes() const { return scale_bytes + numbers * number_bytes; }
  /// That it takes when it is packed and all its numbers are zero.
  [[nodiscard]] std::size_t least_bytes() const { return scale_bytes + bitmap_bytes(numbers); }
};

/// `map` has `form.bytes()`, and is aligned as its numbers are; `packed` has `packed_bytes(map, form)`.
[[nodiscard]] std::size_t packed_bytes(std::span<const std::byte> map, const MapForm& form);
void pack(std::span<const std::byte> map, const MapForm& form, std::span<std::byte> packed);

/// Fills all of `map`. False if `packed` is not what such a map can be packed to.
[[nodiscard]] bool unpack(std::span<const std::byte> packed, const MapForm& form, std::span<std::byte> map);

/// Gives the map's bytes a piece after the other (`unpack_pieces`); the same is false.
[[nodiscard]] bool unpack_pieces(std::span<const std::byte> packed, const MapForm& form,
                                 const TakePiece& take);

}  // namespace tagloom::featurecache
