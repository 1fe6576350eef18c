#pragma once

/// The processor's tiles and what is done with them: two by two tiles of operands to a block of 32 by 32
/// sums.
///
/// Functions marked TAGLOOM_ON_TILES are compiled for processors that have tiles and may run only where those
/// are `available()` (products.hpp); what loads and stores tiles needs a `Tiles` alive on its thread.

#include <array>
#include <cstdint>
#include <immintrin.h>

#define TAGLOOM_ON_TILES __attribute__((target("amx-tile,amx-bf16,avx512f,avx512bw,avx512bf16")))

namespace tagloom::tiles {

/// bfloat16, of which only the bits are moved here.
using Half = std::uint16_t;

/// A tile: 16 rows of 64 bytes.
inline constexpr std::int64_t kSide = 16;
inline constexpr std::int64_t kRowBytes = 64;
/// Numbers of a row that one instruction multiplies and sums.
inline constexpr std::int64_t kDepth = kRowBytes / sizeof(Half);
inline constexpr std::int64_t kTile = kSide * kDepth;
inline constexpr std::int64_t kBlock = 2 * kSide;
inline constexpr std::int64_t kBlockNumbers = 2 * kTile;
inline constexpr std::int64_t kBlockSums = kBlock * kBlock;

/// Blocks of 32 that cover so many rows or columns.
constexpr std::int64_t blocks_of(std::int64_t count) {
  return (count + kBlock - 1) / kBlock;
}

/// Blocks that one thread takes.
struct Range {
  std::int64_t begin;
  std::int64_t end;
};

struct alignas(64) Configuration {
  std::uint8_t palette = 1;
  std::array<std::uint8_t, 15> unused{};
  std::array<std::uint16_t, 16> row_bytes{};
  std::array<std::uint8_t, 16> rows{};
};

constexpr Configuration all_of_full_size() {
  Configuration configuration;
  for (std::size_t tile = 0; tile < 8; ++tile) {
    configuration.row_bytes[tile] = kRowBytes;
    configuration.rows[tile] = kSide;
  }
  return configuration;
}

/// This thread's tiles, while it lives.
class Tiles {
 public:
  TAGLOOM_ON_TILES Tiles() {
    static constexpr Configuration kConfiguration = all_of_full_size();
    _tile_loadconfig(&kConfiguration);
  }
  TAGLOOM_ON_TILES ~Tiles() { _tile_release(); }
  Tiles(const Tiles&) = delete;
  Tiles& operator=(const Tiles&) = delete;
};

/// GCC's instructions that load tiles do not tell the compiler that they read memory.
inline void finish_stores() {
  asm volatile("" ::: "memory");
}

TAGLOOM_ON_TILES inline void clear_sums() {
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
}

TAGLOOM_ON_TILES inline void load_sums(const float* block) {
  finish_stores();
  _tile_loadd(0, block, kRowBytes);
  _tile_loadd(1, block + kBlockSums / 4, kRowBytes);
  _tile_loadd(2, block + kBlockSums / 2, kRowBytes);
  _tile_loadd(3, block + 3 * (kBlockSums / 4), kRowBytes);
}

/// As four tiles of sums, one after another: left above with right, left below with right, and so on.
TAGLOOM_ON_TILES inline void store_sums(float* block) {
  _tile_stored(0, block, kRowBytes);
  _tile_stored(1, block + kBlockSums / 4, kRowBytes);
  _tile_stored(2, block + kBlockSums / 2, kRowBytes);
  _tile_stored(3, block + 3 * (kBlockSums / 4), kRowBytes);
}

/// Adds 32 rows of the left by 32 columns of the right operand, summed over `kDepth` numbers. A row of the
/// left one lies every `stride` bytes. The right one is two tiles, one after another, each of 16 columns: row
/// p of it holds the numbers 2p and 2p + 1 of every column.
TAGLOOM_ON_TILES inline void add_products(const Half* left, std::int64_t stride, const Half* right) {
  finish_stores();
  _tile_loadd(4, left, stride);
  _tile_loadd(6, right, kRowBytes);
  _tile_dpbf16ps(0, 4, 6);
  _tile_loadd(5, left + kSide * stride / static_cast<std::int64_t>(sizeof(Half)), stride);
  _tile_dpbf16ps(1, 5, 6);
  _tile_loadd(7, right + kTile, kRowBytes);
  _tile_dpbf16ps(2, 4, 7);
  _tile_dpbf16ps(3, 5, 7);
}

}  // namespace tagloom::tiles
