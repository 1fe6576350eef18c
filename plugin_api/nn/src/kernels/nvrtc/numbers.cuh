// What kernels of a GPU share: numbers of either type as float32, four at a time where they lie side by side, and
// sums over the threads of a warp. The first of the files that make a source for NVRTC.

namespace tagloom::device {

/// The upper half of a float32.
using bfloat16 = unsigned short;

__device__ inline float widened(float x) {
  return x;
}

__device__ inline float widened(bfloat16 x) {
  return __uint_as_float(static_cast<unsigned>(x) << 16);
}

/// To the nearest, ties to even; NaN stays NaN.
__device__ inline bfloat16 narrowed(float x) {
  const unsigned bits = __float_as_uint(x);
  if (x != x) return static_cast<bfloat16>((bits >> 16) | 0x40U);
  return static_cast<bfloat16>((bits + 0x7fffU + ((bits >> 16) & 1U)) >> 16);
}

__device__ inline void store(float* to, float x) {
  *to = x;
}

__device__ inline void store(bfloat16* to, float x) {
  *to = narrowed(x);
}

struct Four {
  float at[4];
};

__device__ inline Four four(const float* from) {
  const float4 read = *reinterpret_cast<const float4*>(from);
  return {{read.x, read.y, read.z, read.w}};
}

__device__ inline Four four(const bfloat16* from) {
  const uint2 read = *reinterpret_cast<const uint2*>(from);
  return {{__uint_as_float(read.x << 16), __uint_as_float(read.x & 0xffff0000U),
           __uint_as_float(read.y << 16), __uint_as_float(read.y & 0xffff0000U)}};
}

__device__ inline void store(float* to, const Four& numbers) {
  float4 written;
  written.x = numbers.at[0];
  written.y = numbers.at[1];
  written.z = numbers.at[2];
  written.w = numbers.at[3];
  *reinterpret_cast<float4*>(to) = written;
}

__device__ inline void store(bfloat16* to, const Four& numbers) {
  uint2 written;
  written.x = narrowed(numbers.at[0]) | static_cast<unsigned>(narrowed(numbers.at[1])) << 16;
  written.y = narrowed(numbers.at[2]) | static_cast<unsigned>(narrowed(numbers.at[3])) << 16;
  *reinterpret_cast<uint2*>(to) = written;
}

/// The sum over all 32 threads, which all get it.
__device__ inline float warp_sum(float x) {
  for (int offset = 16; offset > 0; offset /= 2)
    x += __shfl_xor_sync(0xffffffffU, x, offset);
  return x;
}

__device__ inline float warp_maximum(float x) {
  for (int offset = 16; offset > 0; offset /= 2)
    x = fmaxf(x, __shfl_xor_sync(0xffffffffU, x, offset));
  return x;
}

__device__ inline float sigmoid(float x) {
  return 1.0F / (1.0F + expf(-x));
}

/// Whether this block is the last of `parts` that come here; what the others wrote before is seen by it. Leaves the
/// counter at zero. All threads of the block must come.
__device__ inline bool is_last(int* arrived, int parts) {
  __shared__ int last;
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) {
    last = parts == 1 || atomicAdd(arrived, 1) == parts - 1;
    if (last && parts > 1) *arrived = 0;
  }
  __syncthreads();
  __threadfence();
  return last != 0;
}

}  // namespace tagloom::device
