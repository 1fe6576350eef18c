#include "attention_kernels.hpp"

#include <tagloom/base/vectorised.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>

namespace tagloom {
namespace {

/// Independent partial sums, so that the compiler may vectorise a reduction without reordering it.
constexpr std::int64_t kLanes = 16;

/// A row as floats: itself, or widened from bfloat16 into `room`.
const float* as_floats(const at::Tensor& rows, std::int64_t row, std::int64_t width,
                       std::vector<float>& room) {
  if (rows.scalar_type() == at::kFloat) return rows.data_ptr<float>() + row * width;
  room.resize(static_cast<std::size_t>(width));
  widen(rows.data_ptr<at::BFloat16>() + row * width, room.data(), width);
  return room.data();
}

TAGLOOM_VECTORISED float relu_dot(const float* v, const float* key, const float* query, std::int64_t count) {
  float lanes[kLanes] = {};
  std::int64_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    for (std::int64_t l = 0; l < kLanes; ++l)
      lanes[l] += v[k + l] * std::max(key[k + l] + query[k + l], 0.0F);
  }
  float sum = 0;
  for (; k < count; ++k)
    sum += v[k] * std::max(key[k] + query[k], 0.0F);
  for (const float lane : lanes)
    sum += lane;
  return sum;
}

TAGLOOM_VECTORISED float dot(const float* a, const float* b, std::int64_t count) {
  float lanes[kLanes] = {};
  std::int64_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    for (std::int64_t l = 0; l < kLanes; ++l)
      lanes[l] += a[k + l] * b[k + l];
  }
  float sum = 0;
  for (; k < count; ++k)
    sum += a[k] * b[k];
  for (const float lane : lanes)
    sum += lane;
  return sum;
}

TAGLOOM_VECTORISED void add_scaled(float scale, const float* from, float* to, std::int64_t count) {
  for (std::int64_t k = 0; k < count; ++k)
    to[k] += scale * from[k];
}

/// grad_query += g v 1[key + query > 0],  grad_v += g relu(key + query)
TAGLOOM_VECTORISED void add_score_gradient(float g, const float* v, const float* key, const float* query,
                                           float* grad_query, float* grad_v, std::int64_t count) {
  for (std::int64_t k = 0; k < count; ++k) {
    const float sum = key[k] + query[k];
    grad_query[k] += sum > 0 ? g * v[k] : 0.0F;
    grad_v[k] += g * std::max(sum, 0.0F);
  }
}

/// grad_key += g v 1[key + query > 0]
TAGLOOM_VECTORISED void add_key_gradient(float g, const float* v, const float* key, const float* query,
                                         float* grad_key, std::int64_t count) {
  for (std::int64_t k = 0; k < count; ++k)
    grad_key[k] += key[k] + query[k] > 0 ? g * v[k] : 0.0F;
}

struct Sizes {
  std::int64_t images;
  std::int64_t width;
  std::int64_t pixels;
  std::int64_t units;
};

Sizes sizes_of(const at::Tensor& rows, const at::Tensor& of_hypotheses) {
  return {rows.size(0), of_hypotheses.size(1), rows.size(1), rows.size(2)};
}

}  // namespace

at::Tensor attention_scores(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v) {
  const Sizes n = sizes_of(keys, query);
  at::Tensor scores = at::empty({n.images, n.width, n.pixels}, query.options());
  at::parallel_for(0, n.images * n.pixels, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> room;
    for (std::int64_t row = begin; row < end; ++row) {
      const float* key = as_floats(keys, row, n.units, room);
      const std::int64_t image = row / n.pixels;
      for (std::int64_t h = image * n.width; h < (image + 1) * n.width; ++h)
        scores.data_ptr<float>()[h * n.pixels + row % n.pixels] =
            relu_dot(v.data_ptr<float>(), key, query.data_ptr<float>() + h * n.units, n.units);
    }
  });
  return scores;
}

ScoreGradients attention_score_gradients(const at::Tensor& keys, const at::Tensor& query, const at::Tensor& v,
                                         const at::Tensor& grad_scores) {
  const Sizes n = sizes_of(keys, query);
  ScoreGradients grad{at::zeros_like(query), {}};
  // One row an image, summed afterwards in a fixed order: the result does not depend on the number of
  // threads.
  at::Tensor grad_v = at::zeros({n.images, n.units}, query.options());
  at::parallel_for(0, n.images, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> room;
    for (std::int64_t image = begin; image < end; ++image) {
      for (std::int64_t p = 0; p < n.pixels; ++p) {
        const float* key = as_floats(keys, image * n.pixels + p, n.units, room);
        for (std::int64_t h = image * n.width; h < (image + 1) * n.width; ++h)
          add_score_gradient(grad_scores.data_ptr<float>()[h * n.pixels + p], v.data_ptr<float>(), key,
                             query.data_ptr<float>() + h * n.units,
                             grad.query.data_ptr<float>() + h * n.units,
                             grad_v.data_ptr<float>() + image * n.units, n.units);
      }
    }
  });
  grad.v = grad_v.sum(0);
  return grad;
}

at::Tensor attention_key_gradient(const at::Tensor& keys, const std::vector<at::Tensor>& queries,
                                  const at::Tensor& v, const std::vector<at::Tensor>& grad_scores) {
  const Sizes n = sizes_of(keys, queries.front());
  at::Tensor grad_keys = at::zeros({n.images, n.pixels, n.units}, v.options());
  at::parallel_for(0, n.images * n.pixels, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> room;
    for (std::int64_t row = begin; row < end; ++row) {
      const float* key = as_floats(keys, row, n.units, room);
      const std::int64_t image = row / n.pixels;
      for (std::size_t t = 0; t < queries.size(); ++t) {
        if (image >= queries[t].size(0)) continue;
        for (std::int64_t h = image * n.width; h < (image + 1) * n.width; ++h)
          add_key_gradient(grad_scores[t].data_ptr<float>()[h * n.pixels + row % n.pixels],
                           v.data_ptr<float>(), key, queries[t].data_ptr<float>() + h * n.units,
                           grad_keys.data_ptr<float>() + row * n.units, n.units);
      }
    }
  });
  return grad_keys;
}

at::Tensor attention_context(const at::Tensor& weights, const at::Tensor& map) {
  const Sizes n = sizes_of(map, weights);
  at::Tensor context = at::zeros({n.images, n.width, n.units}, weights.options());
  at::parallel_for(0, n.images, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> room;
    for (std::int64_t image = begin; image < end; ++image) {
      for (std::int64_t p = 0; p < n.pixels; ++p) {
        const float* pixel = as_floats(map, image * n.pixels + p, n.units, room);
        for (std::int64_t h = image * n.width; h < (image + 1) * n.width; ++h)
          add_scaled(weights.data_ptr<float>()[h * n.pixels + p], pixel,
                     context.data_ptr<float>() + h * n.units, n.units);
      }
    }
  });
  return context;
}

at::Tensor attention_weight_gradient(const at::Tensor& grad_context, const at::Tensor& map) {
  const Sizes n = sizes_of(map, grad_context);
  at::Tensor grad_weights = at::empty({n.images, n.width, n.pixels}, grad_context.options());
  at::parallel_for(0, n.images * n.pixels, 16, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> room;
    for (std::int64_t row = begin; row < end; ++row) {
      const float* pixel = as_floats(map, row, n.units, room);
      const std::int64_t image = row / n.pixels;
      for (std::int64_t h = image * n.width; h < (image + 1) * n.width; ++h)
        grad_weights.data_ptr<float>()[h * n.pixels + row % n.pixels] =
            dot(grad_context.data_ptr<float>() + h * n.units, pixel, n.units);
    }
  });
  return grad_weights;
}

}  // namespace tagloom
