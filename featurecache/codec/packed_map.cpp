#include "codec/packed_map.hpp"

#include <algorithm>
#include <cstdint>
#include <type_traits>

namespace tagloom::featurecache {
namespace {

/// Calls `action` with the numbers of a map behind its scales, as `Byte` is constant or not.
template <class Byte, class Action>
auto with_numbers(std::span<Byte> map, const MapForm& form, const Action& action) {
  const auto as = [&]<class Number>(Number* begin) { return action(std::span<Number>(begin, form.numbers)); };
  constexpr bool kConstant = std::is_const_v<Byte>;
  Byte* const begin = map.data() + form.scale_bytes;
  switch (form.number_bytes) {
    case 1:
      return as(reinterpret_cast<std::conditional_t<kConstant, const std::uint8_t, std::uint8_t>*>(begin));
    case 4:
      return as(reinterpret_cast<std::conditional_t<kConstant, const std::uint32_t, std::uint32_t>*>(begin));
    default:
      return as(reinterpret_cast<std::conditional_t<kConstant, const std::uint16_t, std::uint16_t>*>(begin));
  }
}

}  // namespace

std::size_t packed_bytes(std::span<const std::byte> map, const MapForm& form) {
  return form.scale_bytes + with_numbers(map, form, [](auto numbers) { return packed_bytes(numbers); });
}

void pack(std::span<const std::byte> map, const MapForm& form, std::span<std::byte> packed) {
  std::ranges::copy(map.first(form.scale_bytes), packed.begin());
  with_numbers(map, form, [&](auto numbers) { pack(numbers, packed.subspan(form.scale_bytes)); });
}

bool unpack(std::span<const std::byte> packed, const MapForm& form, std::span<std::byte> map) {
  if (packed.size() < form.least_bytes()) return false;
  std::ranges::copy(packed.first(form.scale_bytes), map.begin());
  return with_numbers(map, form,
                      [&](auto numbers) { return unpack(packed.subspan(form.scale_bytes), numbers); });
}

bool unpack_pieces(std::span<const std::byte> packed, const MapForm& form, const TakePiece& take) {
  if (packed.size() < form.least_bytes()) return false;
  // What is given before something turns out wrong is no map to anybody.
  if (form.scale_bytes > 0) take(packed.first(form.scale_bytes));
  return unpack_pieces(
      {.bytes = packed.subspan(form.scale_bytes), .count = form.numbers, .number_bytes = form.number_bytes},
      take);
}

}  // namespace tagloom::featurecache
