#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/few_rows_fewest.cpp"
#include "kernels/few_rows_vectors.hpp"

#include <hwy/foreach_target.h>
#include <hwy/highway.h>
#include <iterator>

HWY_BEFORE_NAMESPACE();
namespace tagloom::few_rows {
namespace {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;
constexpr std::int64_t kLanes = hn::MaxLanes(Tag());
/// Rows of the weight at a time; a sum of each for each of the rows stays in a register, of which there are
/// 32 or 16.
constexpr std::int64_t kColumns = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64 ? 4 : 2;

/// to[c * kRows + m] = rows[m] weight[c]'. Vectors lie along the rows of both, as memory gives them.
template <std::int64_t kRows>
void dot_products(Matrix<const float> rows, const float* const* weight, std::int64_t in, float* to) {
  const Tag tag;
  Vector sums[kColumns][kRows];
  HWY_UNROLL(4)
  for (std::int64_t c = 0; c < kColumns; ++c) {
    HWY_UNROLL(6)
    for (std::int64_t m = 0; m < kRows; ++m)
      sums[c][m] = hn::Zero(tag);
  }
  std::int64_t k = 0;
  for (; k + kLanes <= in; k += kLanes) {
    Vector numbers[kColumns];
    HWY_UNROLL(4)
    for (std::int64_t c = 0; c < kColumns; ++c)
      numbers[c] = hn::LoadU(tag, weight[c] + k);
    HWY_UNROLL(6)
    for (std::int64_t m = 0; m < kRows; ++m) {
      const Vector row = hn::LoadU(tag, rows.row(m) + k);
      HWY_UNROLL(4)
      for (std::int64_t c = 0; c < kColumns; ++c)
        sums[c][m] = hn::MulAdd(numbers[c], row, sums[c][m]);
    }
  }
  HWY_UNROLL(4)
  for (std::int64_t c = 0; c < kColumns; ++c) {
    HWY_UNROLL(6)
    for (std::int64_t m = 0; m < kRows; ++m) {
      float sum = hn::GetLane(hn::SumOfLanes(tag, sums[c][m]));
      for (std::int64_t last = k; last < in; ++last)
        sum += weight[c][last] * rows.row(m)[last];
      to[c * kRows + m] = sum;
    }
  }
}

void forward_fewest(const Product& p, Columns part) {
  constexpr void (*kDotProducts[])(Matrix<const float>, const float* const*, std::int64_t, float*) = {
      dot_products<1>, dot_products<2>, dot_products<3>, dot_products<4>, dot_products<5>, dot_products<6>};
  const Strips strips(p.count, std::size(kDotProducts));
  float sums[kColumns * std::size(kDotProducts)];
  for (std::int64_t n = part.begin; n < part.end; n += kColumns) {
    const float* weight[kColumns];
    for (std::int64_t c = 0; c < kColumns; ++c)
      weight[c] = p.weight.row(HWY_MIN(n + c, p.out - 1));
    // For further strips the weight's rows lie in the first cache.
    for (std::int64_t strip = 0; strip < strips.count; ++strip) {
      const std::int64_t first = strips.begin(strip);
      const std::int64_t rows = strips.size(strip);
      kDotProducts[rows - 1]({p.rows.row(first), p.rows.stride}, weight, p.in, sums);
      for (std::int64_t m = 0; m < rows; ++m) {
        for (std::int64_t c = 0; c < HWY_MIN(kColumns, part.end - n); ++c)
          p.result.row(first + m)[n + c] = sums[c * rows + m];
      }
    }
  }
}

/// Measured with 8192 x 2048 numbers: with AVX-512 1 row takes less than half as long as turned, 6 rows half,
/// 10 about as long; with AVX2 1 row a sixth less, 4 rows longer.
std::int64_t most_fewest() {
  return kLanes == 16 ? 10 : 2;
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::few_rows
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::few_rows {
namespace {
HWY_EXPORT(forward_fewest);
HWY_EXPORT(most_fewest);
}  // namespace

void forward_fewest(const Product& product, Columns columns) {
  HWY_DYNAMIC_DISPATCH(forward_fewest)(product, columns);
}

std::int64_t most_fewest() {
  return HWY_DYNAMIC_DISPATCH(most_fewest)();
}

}  // namespace tagloom::few_rows
#endif
