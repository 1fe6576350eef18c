// A step of additive attention (additive_attention.hpp) in one kernel: scores, softmax, context and gate. A block's part
// of an image's pixels has a softmax of its own; the last block of an image puts them together (as Milakov and
// Gimelshein, 2018, do: each part's sums are scaled to the largest score of all).
//
// Hypotheses are taken `kTile` at a time: keys and map are read once for them all.

namespace tagloom::device {

struct Part {
  int image;
  int first;
  int count;
};

__device__ inline Part part_of_block(const AttentionSizes& n) {
  const int part = static_cast<int>(blockIdx.y);
  const int first = n.pixels * part / n.parts;
  return {static_cast<int>(blockIdx.x), first, n.pixels * (part + 1) / n.parts - first};
}

/// The part that a pixel is in.
__device__ inline int part_of_pixel(const AttentionSizes& n, int pixel) {
  return ((pixel + 1) * n.parts - 1) / n.pixels;
}

/// Where a pixel's row of keys or map begins.
template <class Number>
__device__ const Number* row(const void* rows, long long number, int width) {
  return static_cast<const Number*>(rows) + number * width;
}

/// Scores of the part, [W, count].
template <class Number, int kTile>
__device__ void score(const Looking& look, const Part& part, float* scores) {
  const AttentionSizes& n = look.sizes;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  for (int p = static_cast<int>(threadIdx.x) / 32; p < part.count; p += warps) {
    const Number* key = row<Number>(look.keys, 1LL * part.image * n.pixels + part.first + p, n.units);
    for (int w = 0; w < n.width; w += kTile) {
      float sums[kTile] = {};
      for (int a = 4 * lane; a < n.units; a += 128) {
        const Four k = four(key + a);
        const Four v = four(look.v + a);
        UNROLLED
        for (int t = 0; t < kTile; ++t) {
          if (w + t >= n.width) continue;
          const Four q = four(look.query + (1LL * part.image * n.width + w + t) * n.units + a);
          UNROLLED
          for (int j = 0; j < 4; ++j) {
            const float sum = k.at[j] + q.at[j];
            // NaN stays.
            sums[t] += sum < 0 ? 0.0F : v.at[j] * sum;
          }
        }
      }
      UNROLLED
      for (int t = 0; t < kTile; ++t) {
        if (w + t >= n.width) continue;
        const float sum = warp_sum(sums[t]);
        if (lane == 0) scores[(w + t) * part.count + p] = sum;
      }
    }
  }
  __syncthreads();
}

/// Scores become exponentials, of which the sums and the largest scores are kept.
__device__ inline void part_softmax(const Looking& look, const Seen& seen, const Part& part, float* scores) {
  const AttentionSizes& n = look.sizes;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  for (int w = static_cast<int>(threadIdx.x) / 32; w < n.width; w += warps) {
    float largest = scores[w * part.count];
    for (int p = lane; p < part.count; p += 32)
      largest = fmaxf(largest, scores[w * part.count + p]);
    largest = warp_maximum(largest);
    float total = 0;
    for (int p = lane; p < part.count; p += 32) {
      const float e = expf(scores[w * part.count + p] - largest);
      scores[w * part.count + p] = e;
      seen.weights[(1LL * part.image * n.width + w) * n.pixels + part.first + p] = e;
      total += e;
    }
    total = warp_sum(total);
    if (lane != 0) continue;
    float* kept = seen.part_softmaxes + ((1LL * part.image * n.parts + blockIdx.y) * n.width + w) * 2;
    kept[0] = largest;
    kept[1] = total;
  }
  __syncthreads();
}

/// The part's pixels, weighted by the exponentials.
template <class Number, int kTile>
__device__ void part_context(const Looking& look, const Seen& seen, const Part& part, const float* scores) {
  const AttentionSizes& n = look.sizes;
  const Number* map = row<Number>(look.map, 1LL * part.image * n.pixels + part.first, n.channels);
  float* to = seen.part_contexts + (1LL * part.image * n.parts + blockIdx.y) * n.width * n.channels;
  for (int c = 4 * static_cast<int>(threadIdx.x); c < n.channels; c += 4 * static_cast<int>(blockDim.x)) {
    for (int w = 0; w < n.width; w += kTile) {
      Four sums[kTile] = {};
      UNROLLED_BY(kTile == 1 ? 8 : 2)
      for (int p = 0; p < part.count; ++p) {
        const Four pixel = four(map + 1LL * p * n.channels + c);
        UNROLLED
        for (int t = 0; t < kTile; ++t) {
          if (w + t >= n.width) continue;
          const float weight = scores[(w + t) * part.count + p];
          UNROLLED
          for (int j = 0; j < 4; ++j)
            sums[t].at[j] += weight * pixel.at[j];
        }
      }
      UNROLLED
      for (int t = 0; t < kTile; ++t)
        if (w + t < n.width) store(to + 1LL * (w + t) * n.channels + c, sums[t]);
    }
  }
}

/// What each part's sums are scaled by, [parts, W].
__device__ inline void scale_parts(const Looking& look, const Seen& seen, int image, float* scales) {
  const AttentionSizes& n = look.sizes;
  for (int w = static_cast<int>(threadIdx.x); w < n.width; w += static_cast<int>(blockDim.x)) {
    const float* kept = seen.part_softmaxes + (1LL * image * n.parts * n.width + w) * 2;
    float largest = kept[0];
    for (int s = 1; s < n.parts; ++s)
      largest = fmaxf(largest, kept[2LL * s * n.width]);
    float total = 0;
    for (int s = 0; s < n.parts; ++s)
      total += kept[2LL * s * n.width + 1] * expf(kept[2LL * s * n.width] - largest);
    for (int s = 0; s < n.parts; ++s)
      scales[s * n.width + w] = expf(kept[2LL * s * n.width] - largest) / total;
  }
  __syncthreads();
}

__device__ inline void together(const Looking& look, const Seen& seen, int image, const float* scales) {
  const AttentionSizes& n = look.sizes;
  const int thread = static_cast<int>(threadIdx.x);
  const int threads = static_cast<int>(blockDim.x);
  for (int i = thread; i < n.width * n.pixels; i += threads)
    seen.weights[1LL * image * n.width * n.pixels + i] *=
        scales[part_of_pixel(n, i % n.pixels) * n.width + i / n.pixels];
  const float* parts = seen.part_contexts + 1LL * image * n.parts * n.width * n.channels;
  for (int i = thread; i < n.width * n.channels; i += threads) {
    float sum = 0;
    for (int s = 0; s < n.parts; ++s)
      sum += scales[s * n.width + i / n.channels] * parts[1LL * s * n.width * n.channels + i];
    const long long at = 1LL * image * n.width * n.channels + i;
    seen.context[at] = sum;
    seen.gated[at] = sum * sigmoid(look.gate[at] + look.gate_bias[i % n.channels]);
  }
}

/// Shared memory: the scores, [W, the largest part's count], or the scales, [parts, W].
template <class Number, int kTile>
__device__ void look_once(const Looking& look, const Seen& seen) {
  float* room = shared_room();
  const Part part = part_of_block(look.sizes);
  score<Number, kTile>(look, part, room);
  part_softmax(look, seen, part, room);
  part_context<Number, kTile>(look, seen, part, room);
  if (!is_last(look.arrived + part.image, look.sizes.parts)) return;
  scale_parts(look, seen, part.image, room);
  together(look, seen, part.image, room);
}

#ifndef TAGLOOM_ONLY_BFLOAT16
extern "C" __global__ void __launch_bounds__(kThreads, 1) look_float32(Looking look, Seen seen) {
  look.sizes.width == 1 ? look_once<float, 1>(look, seen) : look_once<float, 5>(look, seen);
}
#endif

#ifndef TAGLOOM_ONLY_FLOAT32
extern "C" __global__ void __launch_bounds__(kThreads, 1) look_bfloat16(Looking look, Seen seen) {
  look.sizes.width == 1 ? look_once<bfloat16, 1>(look, seen) : look_once<bfloat16, 5>(look, seen);
}
#endif

}  // namespace tagloom::device
