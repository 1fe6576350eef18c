// Adam's step over all parameters (adam.hpp), in one pass over memory, and the sums of squares that clipping needs before.

namespace tagloom::device {

/// The numbers of one parameter that a block takes.
struct AdamRange {
  const AdamTensor& of;
  long long begin;
  long long end;
};

__device__ inline AdamRange range_of_block(const AdamTensors& tensors) {
  const int block = static_cast<int>(blockIdx.x);
  int t = 0;
  while (t + 1 < tensors.count && block >= tensors.at[t + 1].first_block)
    ++t;
  const AdamTensor& of = tensors.at[t];
  const long long begin = 1LL * (block - of.first_block) * kAdamNumbers;
  return {of, begin, begin + kAdamNumbers < of.count ? begin + kAdamNumbers : of.count};
}

__device__ inline float gradient(const AdamTensor& of, long long i) {
  return of.grad_is_bfloat16 ? widened(static_cast<const bfloat16*>(of.grad)[i])
                             : static_cast<const float*>(of.grad)[i];
}

/// A sum a block, into `squares` [blocks].
extern "C" __global__ void __launch_bounds__(kAdamThreads) adam_squares(AdamTensors tensors, double* squares) {
  __shared__ float of_warps[kAdamThreads / 32];
  const AdamRange range = range_of_block(tensors);
  const int thread = static_cast<int>(threadIdx.x);
  float sum = 0;
  UNROLLED_BY(4)
  for (long long i = range.begin + thread; i < range.end; i += kAdamThreads) {
    const float grad = gradient(range.of, i);
    sum += grad * grad;
  }
  sum = warp_sum(sum);
  if (thread % 32 == 0) of_warps[thread / 32] = sum;
  __syncthreads();
  if (thread != 0) return;
  double total = 0;
  for (int w = 0; w < kAdamThreads / 32; ++w)
    total += of_warps[w];
  squares[blockIdx.x] = total;
}

/// `squares` is the sum of all gradients' squares, read where the norm is clipped.
extern "C" __global__ void __launch_bounds__(kAdamThreads)
    adam_update(AdamTensors tensors, AdamNumbers u, const double* squares) {
  const AdamRange range = range_of_block(tensors);
  const AdamTensor& of = range.of;
  float scale = 1;
  if (u.clip_norm > 0) {
    scale = static_cast<float>(u.clip_norm / (sqrt(*squares) + 1e-6));
    // NaN stays.
    if (scale > 1) scale = 1;
  }
  UNROLLED_BY(4)
  for (long long i = range.begin + static_cast<int>(threadIdx.x); i < range.end; i += kAdamThreads) {
    const float grad = gradient(of, i) * scale;
    const float first = u.beta1 * of.first[i] + (1 - u.beta1) * grad;
    const float second = u.beta2 * of.second[i] + (1 - u.beta2) * grad * grad;
    const float weight =
        of.weight[i] - u.step_size * first / (sqrtf(second) * u.root_correction + u.epsilon);
    of.first[i] = first;
    of.second[i] = second;
    of.weight[i] = weight;
    if (of.average != nullptr)
      of.average[i] = u.average_decay * of.average[i] + (1 - u.average_decay) * weight;
    if (of.rounded != nullptr) of.rounded[i] = narrowed(weight);
  }
}

}  // namespace tagloom::device
