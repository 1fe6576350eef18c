#include "kernels/few_rows.hpp"

#include "kernels/few_rows_vectors.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace tagloom::few_rows {
namespace {

/// From more rows on we are not a fifth faster than BLAS; measured with 8192 x 2048 numbers on a processor
/// with AVX-512.
constexpr std::int64_t kMostForward = 64;
constexpr std::int64_t kMostBackward = 48;
/// BLAS writes a weight's gradient twice, zeros first, which more rows make up for. The steps of 32 images of
/// Corel-5k have 141 rows; of 192 BLAS is faster.
constexpr std::int64_t kMostWeightGradient = 144;
/// The numbers that a weight has at least to be worth it.
constexpr std::int64_t kLarge = std::int64_t{1} << 16;

bool is_plain(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous();
}

bool pay(const at::Tensor& rows, const at::Tensor& weight, std::int64_t most) {
  return rows.size(0) <= most && weight.numel() >= kLarge && weight.size(1) >= kBackwardColumns &&
         is_plain(rows) && is_plain(weight);
}

Matrix<const float> input(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), tensor.size(1)};
}

Product product_of(const at::Tensor& rows, const at::Tensor& weight, const at::Tensor& result) {
  return {.rows = input(rows),
          .weight = input(weight),
          .result = {result.data_ptr<float>(), result.size(1)},
          .count = result.size(0),
          .in = weight.size(1),
          .out = weight.size(0)};
}

/// `[rows, in]` to `[in, rows]`, as forward takes it.
at::Tensor turned(const at::Tensor& rows) {
  const std::int64_t padded = (rows.size(0) + kTurnedRows - 1) / kTurnedRows * kTurnedRows;
  at::Tensor result = at::zeros({rows.size(1), padded}, rows.options());
  result.narrow(1, 0, rows.size(0)).copy_(rows.t());
  return result;
}

std::int64_t panels_of(std::int64_t columns) {
  return (columns + kBackwardColumns - 1) / kBackwardColumns;
}

/// `[rows, in]` to `[panels, rows, kBackwardColumns]`, as weight_gradient takes it.
at::Tensor in_panels(const at::Tensor& x) {
  const std::int64_t rows = x.size(0);
  const std::int64_t in = x.size(1);
  at::Tensor panels = at::empty({panels_of(in), rows, kBackwardColumns}, x.options());
  const float* from = x.data_ptr<float>();
  float* to = panels.data_ptr<float>();
  at::parallel_for(0, panels.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t panel = begin; panel < end; ++panel) {
      const std::int64_t first = panel * kBackwardColumns;
      const std::int64_t columns = std::min(kBackwardColumns, in - first);
      for (std::int64_t row = 0; row < rows; ++row) {
        float* line = to + (panel * rows + row) * kBackwardColumns;
        std::fill(std::copy_n(from + row * in + first, columns, line), line + kBackwardColumns, 0.0F);
      }
    }
  });
  return panels;
}

}  // namespace

bool pay_forward(const at::Tensor& x, const at::Tensor& weight) {
  return pay(x, weight, kMostForward);
}

bool pay_backward(const at::Tensor& grad_output, const at::Tensor& weight) {
  return pay(grad_output, weight, kMostBackward);
}

bool pay_weight_gradient(const at::Tensor& grad_output, const at::Tensor& x) {
  return x.size(0) <= kMostWeightGradient && grad_output.size(1) * x.size(1) >= kLarge &&
         is_plain(grad_output) && is_plain(x);
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  const at::Tensor y = at::empty({x.size(0), weight.size(0)}, x.options());
  const bool fewest = x.size(0) <= most_fewest();
  const at::Tensor rows = fewest ? x : turned(x);
  const Product product = product_of(rows, weight, y);
  at::parallel_for(0, product.out, 64, [&](std::int64_t begin, std::int64_t end) {
    fewest ? forward_fewest(product, {begin, end}) : forward(product, {begin, end});
  });
  return y;
}

at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight) {
  at::Tensor x = at::zeros({grad_output.size(0), weight.size(1)}, grad_output.options());
  const Product product = product_of(grad_output, weight, x);
  const std::int64_t whole = product.in / kBackwardColumns;
  at::parallel_for(0, whole, 2, [&](std::int64_t begin, std::int64_t end) {
    Product part = product;
    part.result.data += begin * kBackwardColumns;
    backward(part, {begin * kBackwardColumns, end * kBackwardColumns});
  });
  if (const std::int64_t left = product.in - whole * kBackwardColumns; left > 0) {
    // The last columns once more, aside, and of them those that are missing.
    at::Tensor last = at::zeros({product.count, kBackwardColumns}, grad_output.options());
    backward(product_of(grad_output, weight, last), {product.in - kBackwardColumns, product.in});
    x.narrow(1, product.in - left, left).copy_(last.narrow(1, kBackwardColumns - left, left));
  }
  return x;
}

at::Tensor transposed_times(const at::Tensor& grad_output, const at::Tensor& x) {
  const std::int64_t out = grad_output.size(1);
  const at::Tensor panels = in_panels(x);
  at::Tensor result = at::empty({out, x.size(1)}, x.options());
  const WeightGradient product{.grads = input(grad_output),
                               .panels = panels.data_ptr<float>(),
                               .result = {result.data_ptr<float>(), result.size(1)},
                               .count = x.size(0),
                               .in = x.size(1)};
  at::parallel_for(0, out, 64, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> memory(static_cast<std::size_t>(product.count * kGradientMemory));
    weight_gradient(product, {begin, end}, memory.data());
  });
  return result;
}

}  // namespace tagloom::few_rows
