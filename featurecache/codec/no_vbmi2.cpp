#include "codec/vbmi2.hpp"

namespace tagloom::featurecache {

bool has_vbmi2() {
  return false;
}

template <class Number>
void pack_vbmi2(std::span<const Number> numbers, std::byte* bits, std::byte* to) {
  pack_from(0, numbers, bits, to);
}

template <class Number>
const std::byte* unpack_vbmi2(const std::byte* bits, Source source, std::span<Number> numbers) {
  return unpack_from(0, bits, source.from, numbers);
}

template void pack_vbmi2(std::span<const std::uint8_t>, std::byte*, std::byte*);
template const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint8_t>);
template void pack_vbmi2(std::span<const std::uint16_t>, std::byte*, std::byte*);
template const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint16_t>);
template void pack_vbmi2(std::span<const std::uint32_t>, std::byte*, std::byte*);
template const std::byte* unpack_vbmi2(const std::byte*, Source, std::span<std::uint32_t>);

}  // namespace tagloom::featurecache
