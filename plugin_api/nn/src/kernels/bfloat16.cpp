#include "kernels/tiles/products.hpp"

#include <tagloom/base/vectorised.hpp>
#include <tagloom/nn/bfloat16.hpp>

namespace tagloom {
namespace {

TAGLOOM_VECTORISED void widen_bits(const std::uint16_t* from, float* to, std::int64_t count) {
  for (std::int64_t k = 0; k < count; ++k) {
    const std::uint32_t bits = static_cast<std::uint32_t>(from[k]) << 16;
    __builtin_memcpy(&to[k], &bits, sizeof(float));
  }
}

TAGLOOM_VECTORISED void narrow_bits(const float* from, std::uint16_t* to, std::int64_t count) {
  constexpr std::uint16_t kNan = 0x7fc0;
  for (std::int64_t k = 0; k < count; ++k) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, &from[k], sizeof(float));
    const std::uint32_t rounded = bits + 0x7fff + ((bits >> 16) & 1);
    to[k] = from[k] == from[k] ? static_cast<std::uint16_t>(rounded >> 16) : kNan;
  }
}

}  // namespace

bool multiplies_bfloat16(at::Device device) {
#if defined(__x86_64__)
  return !device.is_cpu() || __builtin_cpu_supports("avx512bf16") != 0;
#else
  return !device.is_cpu();
#endif
}

bool uses_matrix_tiles() {
  return tiles::available();
}

void widen(const c10::BFloat16* from, float* to, std::int64_t count) {
  widen_bits(reinterpret_cast<const std::uint16_t*>(from), to, count);
}

void narrow(const float* from, c10::BFloat16* to, std::int64_t count) {
  narrow_bits(from, reinterpret_cast<std::uint16_t*>(to), count);
}

}  // namespace tagloom
