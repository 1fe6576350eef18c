#pragma once

/// A GPU for tests: the source of a kernel, compiled as C++ behind this header, runs block after block, a
/// block's threads in turns. What the kernel computes is tested so, and that its threads wait for one another
/// where they must; not how fast it is, and not what happens where blocks run side by side.

#include <bit>
#include <cmath>
#include <functional>

#define __device__
#define __global__
#define __shared__ static
#define __launch_bounds__(...)
#define UNROLLED
#define UNROLLED_BY(times)

namespace tagloom::device {

struct Index {
  unsigned x = 0;
  unsigned y = 0;
};
/// The numbers of the thread whose turn it is.
extern Index threadIdx;
extern Index blockIdx;
extern Index blockDim;

// Kernels read other types through these.
struct __attribute__((may_alias)) float4 {
  float x, y, z, w;
};
struct __attribute__((may_alias)) uint2 {
  unsigned x, y;
};

inline float __uint_as_float(unsigned bits) {
  return std::bit_cast<float>(bits);
}
inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline double __longlong_as_double(long long bits) {
  return std::bit_cast<double>(bits);
}
/// The lowest bit that is set, from 1 on; 0 without.
inline int __ffs(int bits) {
  return bits == 0 ? 0 : std::countr_zero(static_cast<unsigned>(bits)) + 1;
}
inline float expf(float x) {
  return std::exp(x);
}
inline float fmaxf(float a, float b) {
  return std::fmax(a, b);
}
inline float fminf(float a, float b) {
  return std::fmin(a, b);
}
inline float sqrtf(float x) {
  return std::sqrt(x);
}

void __syncthreads();
double __shfl_xor_sync(unsigned mask, double x, int offset);
inline float __shfl_xor_sync(unsigned mask, float x, int offset) {
  return static_cast<float>(__shfl_xor_sync(mask, static_cast<double>(x), offset));
}
unsigned __ballot_sync(unsigned mask, bool predicate);
inline void __threadfence() {}
inline int atomicAdd(int* to, int x) {
  const int before = *to;
  *to += x;
  return before;
}

float* shared_room();

struct Grid {
  unsigned blocks = 1;
  unsigned blocks_y = 1;
  unsigned threads = 64;
  unsigned shared_bytes = 0;
  /// Blocks in falling order, where their order must not matter.
  bool backward = false;
};

/// Runs `kernel` by every thread. Throws std::logic_error if some of a block's threads, or of a warp's, wait
/// for others that have ended.
void emulate(const Grid& grid, const std::function<void()>& kernel);

}  // namespace tagloom::device
