// The gradient of a step of additive attention in one kernel, but for that of keys and v, to which all steps contribute
// and which is made once for them all. What softmax's gradient subtracts, sum_p a_p da_p, is sum_c dcontext_c context_c,
// so that no part of an image's pixels has to know the others.

namespace tagloom::device {

/// The gradient of the context `[W, C]` into shared memory, that of the gate on the way, and softmax's sums `[W]`.
__device__ inline void through_gate(const Looking& look, const SeenGradients& grad, const Part& part, float* grad_context,
                                    float* sums) {
  const AttentionSizes& n = look.sizes;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  for (int w = static_cast<int>(threadIdx.x) / 32; w < n.width; w += warps) {
    const long long first = (1LL * part.image * n.width + w) * n.channels;
    float sum = 0;
    for (int c = lane; c < n.channels; c += 32) {
      const float gate = sigmoid(look.gate[first + c] + look.gate_bias[c]);
      const float context = grad.context[first + c];
      const float of_context = grad.grad_gated[first + c] * gate;
      grad_context[w * n.channels + c] = of_context;
      if (blockIdx.y == 0) grad.grad_gate[first + c] = of_context * context * (1.0F - gate);
      sum += of_context * context;
    }
    const long long weights = (1LL * part.image * n.width + w) * n.pixels;
    for (int p = lane; grad.grad_weights != nullptr && p < n.pixels; p += 32)
      sum += grad.weights[weights + p] * grad.grad_weights[weights + p];
    sum = warp_sum(sum);
    if (lane == 0) sums[w] = sum;
  }
  __syncthreads();
}

/// The gradient of the part's scores, [W, count].
template <class Number, int kTile>
__device__ void through_softmax(const Looking& look, const SeenGradients& grad, const Part& part, float* room) {
  const AttentionSizes& n = look.sizes;
  const float* grad_context = room;
  const float* sums = room + n.width * n.channels;
  float* grad_scores = room + n.width * n.channels + n.width;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warps = static_cast<int>(blockDim.x) / 32;
  for (int p = static_cast<int>(threadIdx.x) / 32; p < part.count; p += warps) {
    const Number* pixel = row<Number>(look.map, 1LL * part.image * n.pixels + part.first + p, n.channels);
    for (int w = 0; w < n.width; w += kTile) {
      float totals[kTile] = {};
      UNROLLED_BY(kTile == 1 ? 4 : 1)
      for (int c = 4 * lane; c < n.channels; c += 128) {
        const Four f = four(pixel + c);
        UNROLLED
        for (int t = 0; t < kTile; ++t) {
          if (w + t >= n.width) continue;
          UNROLLED
          for (int j = 0; j < 4; ++j)
            totals[t] += grad_context[(w + t) * n.channels + c + j] * f.at[j];
        }
      }
      UNROLLED
      for (int t = 0; t < kTile; ++t) {
        if (w + t >= n.width) continue;
        const float total = warp_sum(totals[t]);
        if (lane != 0) continue;
        const long long at = (1LL * part.image * n.width + w + t) * n.pixels + part.first + p;
        const float grad_weight = total + (grad.grad_weights == nullptr ? 0.0F : grad.grad_weights[at]);
        const float grad_score = grad.weights[at] * (grad_weight - sums[w + t]);
        grad_scores[(w + t) * part.count + p] = grad_score;
        grad.grad_scores[at] = grad_score;
      }
    }
  }
  __syncthreads();
}

/// The part's share of the query's gradient.
template <class Number, int kTile>
__device__ void through_scores(const Looking& look, const SeenGradients& grad, const Part& part,
                               const float* grad_scores) {
  const AttentionSizes& n = look.sizes;
  const Number* keys = row<Number>(look.keys, 1LL * part.image * n.pixels + part.first, n.units);
  float* to = grad.part_queries + (1LL * part.image * n.parts + blockIdx.y) * n.width * n.units;
  for (int a = 4 * static_cast<int>(threadIdx.x); a < n.units; a += 4 * static_cast<int>(blockDim.x)) {
    const Four v = four(look.v + a);
    for (int w = 0; w < n.width; w += kTile) {
      Four queries[kTile] = {};
      Four sums[kTile] = {};
      UNROLLED
      for (int t = 0; t < kTile; ++t)
        if (w + t < n.width)
          queries[t] = four(look.query + (1LL * part.image * n.width + w + t) * n.units + a);
      UNROLLED_BY(kTile == 1 ? 8 : 2)
      for (int p = 0; p < part.count; ++p) {
        const Four k = four(keys + 1LL * p * n.units + a);
        UNROLLED
        for (int t = 0; t < kTile; ++t) {
          if (w + t >= n.width) continue;
          const float grad_score = grad_scores[(w + t) * part.count + p];
          UNROLLED
          for (int j = 0; j < 4; ++j)
            if (k.at[j] + queries[t].at[j] > 0) sums[t].at[j] += grad_score;
        }
      }
      UNROLLED
      for (int t = 0; t < kTile; ++t) {
        if (w + t >= n.width) continue;
        UNROLLED
        for (int j = 0; j < 4; ++j)
          sums[t].at[j] *= v.at[j];
        store(to + 1LL * (w + t) * n.units + a, sums[t]);
      }
    }
  }
}

/// Shared memory: the context's gradient [W, C], softmax's sums [W], the scores' gradient [W, the largest part's count].
template <class Number, int kTile>
__device__ void look_back(const Looking& look, const SeenGradients& grad) {
  const AttentionSizes& n = look.sizes;
  float* room = shared_room();
  const Part part = part_of_block(n);
  through_gate(look, grad, part, room, room + n.width * n.channels);
  through_softmax<Number, kTile>(look, grad, part, room);
  through_scores<Number, kTile>(look, grad, part, room + n.width * n.channels + n.width);
  if (!is_last(look.arrived + part.image, n.parts)) return;
  const int of_image = n.width * n.units;
  for (int i = static_cast<int>(threadIdx.x); i < of_image; i += static_cast<int>(blockDim.x)) {
    float sum = 0;
    for (int s = 0; s < n.parts; ++s)
      sum += grad.part_queries[(1LL * part.image * n.parts + s) * of_image + i];
    grad.grad_query[1LL * part.image * of_image + i] = sum;
  }
}

/// The gradient of keys and v, of all steps.
template <class Number>
__device__ void look_back_on_keys(const LookedSteps& steps) {
  const AttentionSizes& n = steps.sizes;
  const Part part = part_of_block(n);
  for (int a = 4 * static_cast<int>(threadIdx.x); a < n.units; a += 4 * static_cast<int>(blockDim.x)) {
    const Four v = four(steps.v + a);
    Four of_v = {};
    for (int p = part.first; p < part.first + part.count; ++p) {
      const long long pixel = 1LL * part.image * n.pixels + p;
      const Four k = four(row<Number>(steps.keys, pixel, n.units) + a);
      Four sums = {};
      for (int t = 0; t < steps.count; ++t) {
        if (part.image >= steps.images[t]) continue;
        for (int w = 0; w < n.width; ++w) {
          const long long hypothesis = 1LL * part.image * n.width + w;
          const float grad_score = steps.grad_scores[t][hypothesis * n.pixels + p];
          const Four q = four(steps.query[t] + hypothesis * n.units + a);
          UNROLLED
          for (int j = 0; j < 4; ++j) {
            const float sum = k.at[j] + q.at[j];
            if (!(sum > 0)) continue;
            sums.at[j] += grad_score;
            of_v.at[j] += grad_score * sum;
          }
        }
      }
      UNROLLED
      for (int j = 0; j < 4; ++j)
        sums.at[j] *= v.at[j];
      store(static_cast<Number*>(steps.grad_keys) + pixel * n.units + a, sums);
    }
    store(steps.part_grad_v + (1LL * part.image * n.parts + blockIdx.y) * n.units + a, of_v);
  }
}

#ifndef TAGLOOM_ONLY_BFLOAT16
extern "C" __global__ void __launch_bounds__(kThreads, 1) look_back_float32(Looking look, SeenGradients grad) {
  look.sizes.width == 1 ? look_back<float, 1>(look, grad) : look_back<float, 5>(look, grad);
}

extern "C" __global__ void __launch_bounds__(kThreads, 1) look_back_on_keys_float32(LookedSteps steps) {
  look_back_on_keys<float>(steps);
}
#endif

#ifndef TAGLOOM_ONLY_FLOAT32
extern "C" __global__ void __launch_bounds__(kThreads, 1) look_back_bfloat16(Looking look, SeenGradients grad) {
  look.sizes.width == 1 ? look_back<bfloat16, 1>(look, grad) : look_back<bfloat16, 5>(look, grad);
}

extern "C" __global__ void __launch_bounds__(kThreads, 1) look_back_on_keys_bfloat16(LookedSteps steps) {
  look_back_on_keys<bfloat16>(steps);
}
#endif

}  // namespace tagloom::device
