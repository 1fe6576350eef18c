#include "kernels/few_rows.hpp"

#include <tagloom/base/vectorised.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace tagloom::few_rows {
namespace {

constexpr std::int64_t kLanes = 8;
using Lanes = float __attribute__((vector_size(kLanes * sizeof(float))));

/// Small functions are inlined always: into each clone of what calls them, to be compiled for its
/// instructions. Vectors are not passed by value, which without AVX would be another calling convention.
[[gnu::always_inline]] inline void load(const float* from, Lanes& to) {
  __builtin_memcpy(&to, from, sizeof(Lanes));
}

[[gnu::always_inline]] inline void store(const Lanes& from, float* to) {
  __builtin_memcpy(to, &from, sizeof(Lanes));
}

/// A row-major matrix within a larger one.
template <class Number>
struct Matrix {
  Number* data;
  std::int64_t stride;
  Number* row(std::int64_t r) const { return data + r * stride; }
};
using Input = Matrix<const float>;
using Output = Matrix<float>;

/// Takes rows `row` to `end` in strips of `kRows`, and what is left in narrower ones.
template <int kRows, class Strip>
[[gnu::always_inline]] inline void in_strips(std::int64_t row, std::int64_t end, const Strip& strip) {
  for (; row + kRows <= end; row += kRows)
    strip.template operator()<kRows>(row);
  if constexpr (kRows > 1) in_strips<kRows - 1>(row, end, strip);
}

/// out[m][n] = x[m] . weight[n] for `kRows` rows of x and `kColumns` of the weight, whose sums stay in
/// registers.
template <int kRows, int kColumns>
[[gnu::always_inline]] inline void dot_products(Input x, Input weight, Output out, std::int64_t count) {
  Lanes sums[kRows][kColumns] = {};
  std::int64_t k = 0;
  for (; k + kLanes <= count; k += kLanes) {
    Lanes of_x[kRows];
    for (int m = 0; m < kRows; ++m) {
      Lanes loaded;
      load(x.row(m) + k, loaded);
      of_x[m] = loaded;
    }
    for (int n = 0; n < kColumns; ++n) {
      Lanes of_weight;
      load(weight.row(n) + k, of_weight);
      for (int m = 0; m < kRows; ++m)
        sums[m][n] += of_x[m] * of_weight;
    }
  }
  for (int m = 0; m < kRows; ++m) {
    for (int n = 0; n < kColumns; ++n) {
      float sum = 0;
      for (std::int64_t rest = k; rest < count; ++rest)
        sum += x.row(m)[rest] * weight.row(n)[rest];
      // Aside, since the sums themselves could not stay in registers if their lanes were counted through.
      float lanes[kLanes];
      store(sums[m][n], lanes);
      for (const float lane : lanes)
        sum += lane;
      out.row(m)[n] = sum;
    }
  }
}

struct Sizes {
  std::int64_t rows;
  std::int64_t in;
  std::int64_t out;
};

TAGLOOM_VECTORISED void forward_range(Input x, Input weight, Output y, Sizes sizes, std::int64_t begin,
                                      std::int64_t end) {
  constexpr int kColumns = 4;
  std::int64_t n = begin;
  for (; n + kColumns <= end; n += kColumns) {
    in_strips<3>(
        0, sizes.rows, [&]<int kRows>(std::int64_t m) __attribute__((always_inline)) {
          dot_products<kRows, kColumns>({x.row(m), x.stride}, {weight.row(n), weight.stride},
                                        {y.row(m) + n, y.stride}, sizes.in);
        });
  }
  for (; n < end; ++n) {
    in_strips<3>(
        0, sizes.rows, [&]<int kRows>(std::int64_t m) __attribute__((always_inline)) {
          dot_products<kRows, 1>({x.row(m), x.stride}, {weight.row(n), weight.stride},
                                 {y.row(m) + n, y.stride}, sizes.in);
        });
  }
}

/// Columns of the weight that one strip sums at a time, in two registers a row.
constexpr std::int64_t kWide = 2 * kLanes;
/// A piece of the weight that fits the innermost cache while all rows are multiplied by it.
constexpr std::int64_t kPieceRows = 64;
constexpr std::int64_t kPieceColumns = 4 * kWide;

/// to[m] += sum_r grad_output[m][r] piece[r] for `kRows` rows and `kWide` columns.
template <int kRows>
[[gnu::always_inline]] inline void add_products(Input grad_output, const float* piece, std::int64_t count,
                                                Output to) {
  Lanes sums[kRows][2];
  for (int m = 0; m < kRows; ++m) {
    Lanes low;
    Lanes high;
    load(to.row(m), low);
    load(to.row(m) + kLanes, high);
    sums[m][0] = low;
    sums[m][1] = high;
  }
  for (std::int64_t r = 0; r < count; ++r) {
    Lanes low;
    Lanes high;
    load(piece + r * kWide, low);
    load(piece + r * kWide + kLanes, high);
    for (int m = 0; m < kRows; ++m) {
      const float factor = grad_output.row(m)[r];
      sums[m][0] += factor * low;
      sums[m][1] += factor * high;
    }
  }
  for (int m = 0; m < kRows; ++m) {
    const Lanes low = sums[m][0];
    const Lanes high = sums[m][1];
    store(low, to.row(m));
    store(high, to.row(m) + kLanes);
  }
}

/// Columns `begin` to `end`, whose number is a multiple of kWide, into `to`, which begins at column `begin`
/// and holds zeros.
TAGLOOM_VECTORISED void backward_range(Input grad_output, Input weight, Output to, Sizes sizes,
                                       std::int64_t begin, std::int64_t end) {
  alignas(64) std::array<float, kPieceRows * kPieceColumns> piece;
  for (std::int64_t n = 0; n < sizes.out; n += kPieceRows) {
    const std::int64_t count = std::min(kPieceRows, sizes.out - n);
    for (std::int64_t first = begin; first < end; first += kPieceColumns) {
      const std::int64_t last = std::min(first + kPieceColumns, end);
      // A row of the piece after another, so that the weight is read in runs; laid out as it is multiplied.
      for (std::int64_t r = 0; r < count; ++r) {
        const float* ahead = weight.row(std::min(n + kPieceRows + r, sizes.out - 1));
        for (std::int64_t k = first; k < last; k += kWide) {
          // No processor foresees such a stride by itself.
          __builtin_prefetch(ahead + k);
          __builtin_memcpy(&piece[static_cast<std::size_t>((k - first) * kPieceRows + r * kWide)],
                           weight.row(n + r) + k, kWide * sizeof(float));
        }
      }
      for (std::int64_t k = first; k < last; k += kWide) {
        const float* columns = &piece[static_cast<std::size_t>((k - first) * kPieceRows)];
        in_strips<6>(
            0, sizes.rows, [&]<int kRows>(std::int64_t m) __attribute__((always_inline)) {
              add_products<kRows>({grad_output.row(m) + n, grad_output.stride}, columns, count,
                                  {to.row(m) + (k - begin), to.stride});
            });
      }
    }
  }
}

/// From more rows on BLAS is as fast, which does well with multiples of 16 and backward better than forward;
/// measured with 8192 x 2048 numbers on two processors with AVX2.
constexpr std::int64_t kMostForward = 32;
constexpr std::int64_t kMostBackward = 31;
/// The numbers that a weight has at least to be worth it.
constexpr std::int64_t kLarge = std::int64_t{1} << 16;

bool is_plain(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous();
}

bool pay(const at::Tensor& rows, const at::Tensor& weight, std::int64_t most) {
  return rows.size(0) <= most && weight.numel() >= kLarge && weight.size(1) >= kWide && is_plain(rows) &&
         is_plain(weight);
}

Input input(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), tensor.size(1)};
}

}  // namespace

bool pay_forward(const at::Tensor& x, const at::Tensor& weight) {
  return pay(x, weight, kMostForward);
}

bool pay_backward(const at::Tensor& grad_output, const at::Tensor& weight) {
  return pay(grad_output, weight, kMostBackward);
}

at::Tensor times_transposed(const at::Tensor& x, const at::Tensor& weight) {
  const Sizes sizes{.rows = x.size(0), .in = weight.size(1), .out = weight.size(0)};
  at::Tensor y = at::empty({sizes.rows, sizes.out}, x.options());
  at::parallel_for(0, sizes.out, 64, [&](std::int64_t begin, std::int64_t end) {
    forward_range(input(x), input(weight), {y.data_ptr<float>(), sizes.out}, sizes, begin, end);
  });
  return y;
}

at::Tensor times(const at::Tensor& grad_output, const at::Tensor& weight) {
  const Sizes sizes{.rows = grad_output.size(0), .in = weight.size(1), .out = weight.size(0)};
  at::Tensor x = at::zeros({sizes.rows, sizes.in}, grad_output.options());
  const std::int64_t whole = sizes.in / kWide;
  at::parallel_for(0, whole, 4, [&](std::int64_t begin, std::int64_t end) {
    backward_range(input(grad_output), input(weight), {x.data_ptr<float>() + begin * kWide, sizes.in}, sizes,
                   begin * kWide, end * kWide);
  });
  if (const std::int64_t left = sizes.in - whole * kWide; left > 0) {
    // The last columns once more, aside, and of them those that are missing.
    at::Tensor last = at::zeros({sizes.rows, kWide}, grad_output.options());
    backward_range(input(grad_output), input(weight), {last.data_ptr<float>(), kWide}, sizes,
                   sizes.in - kWide, sizes.in);
    x.narrow(1, sizes.in - left, left).copy_(last.narrow(1, kWide - left, left));
  }
  return x;
}

}  // namespace tagloom::few_rows
