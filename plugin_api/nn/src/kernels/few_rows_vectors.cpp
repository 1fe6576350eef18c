#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/few_rows_vectors.cpp"
#include "kernels/few_rows_vectors.hpp"

#include <algorithm>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tagloom::few_rows {
namespace {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Tag>;
constexpr std::int64_t kLanes = hn::MaxLanes(Tag());
/// What is summed at a time, in registers, of which there are 32 or 16: forward so many columns for so many
/// vectors of rows, backward so many rows.
constexpr bool kManyRegisters = HWY_TARGET <= HWY_AVX3 || HWY_ARCH_ARM_A64;
constexpr std::int64_t kForwardColumns = kManyRegisters ? 8 : 6;
constexpr std::int64_t kForwardVectors = kManyRegisters ? 3 : 2;
constexpr std::int64_t kBackwardRows = kManyRegisters ? 13 : 6;

/// `strip.operator()<size>()` for a size of up to kMost.
template <std::int64_t kMost, class Strip>
HWY_INLINE void with_size(std::int64_t size, const Strip& strip) {
  if (size == kMost) return strip.template operator()<kMost>();
  if constexpr (kMost > 1) with_size<kMost - 1>(size, strip);
}

/// Numbers that memory gives at a time.
constexpr std::int64_t kLine = 16;

/// What is read soon, into the second cache.
HWY_INLINE void prefetch(const float* from) {
  __builtin_prefetch(from, 0, 2);
}

/// Sums for kVectors vectors of rows by kForwardColumns of the weight, which stay in registers: a number of
/// the weight is multiplied by those of all these rows. `ahead` is what is read next of the weight.
template <std::int64_t kVectors>
HWY_INLINE void dot_products(Matrix<const float> turned, const float* const* weight,
                             const float* const* ahead, std::int64_t in, float* to) {
  const Tag tag;
  Vector sums[kForwardColumns][kVectors];
  HWY_UNROLL(8)
  for (std::int64_t n = 0; n < kForwardColumns; ++n) {
    HWY_UNROLL(4)
    for (std::int64_t v = 0; v < kVectors; ++v)
      sums[n][v] = hn::Zero(tag);
  }
  for (std::int64_t k = 0; k < in; ++k) {
    if (k % kLine == 0) {
      for (std::int64_t n = 0; n < kForwardColumns; ++n)
        prefetch(ahead[n] + k);
    }
    Vector rows[kVectors];
    HWY_UNROLL(4)
    for (std::int64_t v = 0; v < kVectors; ++v)
      rows[v] = hn::Load(tag, turned.row(k) + v * kLanes);
    HWY_UNROLL(8)
    for (std::int64_t n = 0; n < kForwardColumns; ++n) {
      const Vector factor = hn::Set(tag, weight[n][k]);
      HWY_UNROLL(4)
      for (std::int64_t v = 0; v < kVectors; ++v)
        sums[n][v] = hn::MulAdd(factor, rows[v], sums[n][v]);
    }
  }
  HWY_UNROLL(8)
  for (std::int64_t n = 0; n < kForwardColumns; ++n) {
    HWY_UNROLL(4)
    for (std::int64_t v = 0; v < kVectors; ++v)
      hn::Store(sums[n][v], tag, to + (n * kVectors + v) * kLanes);
  }
}

void forward(const Product& p, Columns part) {
  const Strips strips((p.count + kLanes - 1) / kLanes, kForwardVectors);
  alignas(64) float sums[kForwardColumns * kForwardVectors * kLanes];
  for (std::int64_t n = part.begin; n < part.end; n += kForwardColumns) {
    const float* weight[kForwardColumns];
    const float* ahead[kForwardColumns];
    for (std::int64_t c = 0; c < kForwardColumns; ++c) {
      weight[c] = p.weight.row(HWY_MIN(n + c, p.out - 1));
      ahead[c] = p.weight.row(HWY_MIN(n + c + kForwardColumns, p.out - 1));
    }
    for (std::int64_t strip = 0; strip < strips.count; ++strip) {
      const std::int64_t first = strips.begin(strip) * kLanes;
      const std::int64_t vectors = strips.size(strip);
      with_size<kForwardVectors>(vectors, [&]<std::int64_t kVectors>() HWY_ATTR {
        dot_products<kVectors>({p.rows.data + first, p.rows.stride}, weight, ahead, p.in, sums);
      });
      for (std::int64_t m = first; m < HWY_MIN(first + vectors * kLanes, p.count); ++m) {
        for (std::int64_t c = 0; c < HWY_MIN(kForwardColumns, part.end - n); ++c)
          p.result.row(m)[n + c] = sums[c * vectors * kLanes + m - first];
      }
    }
  }
}

/// Rows of the weight that are added at a time: two vectors of each stay in the first cache for all strips.
/// They are copied there one after another, since apart they would compete for the same few places.
constexpr std::int64_t kPieceRows = 32;

/// to[m] += sum_r of_rows[m][r] weight[r] for `kRows` rows and two vectors of columns. To `piece`, unless
/// null, the weight is copied, and what follows is fetched: no processor foresees such a stride by itself.
template <std::int64_t kRows>
HWY_INLINE void add_products(Matrix<const float> of_rows, Matrix<const float> weight, Matrix<float> to,
                             std::int64_t count, float* piece) {
  const Tag tag;
  Vector sums[kRows][2];
  HWY_UNROLL(16)
  for (std::int64_t m = 0; m < kRows; ++m) {
    sums[m][0] = hn::LoadU(tag, to.row(m));
    sums[m][1] = hn::LoadU(tag, to.row(m) + kLanes);
  }
  for (std::int64_t r = 0; r < count; ++r) {
    const Vector low = hn::LoadU(tag, weight.row(r));
    const Vector high = hn::LoadU(tag, weight.row(r) + kLanes);
    if (piece != nullptr) {
      prefetch(weight.row(r + kPieceRows));
      prefetch(weight.row(r + kPieceRows) + kLanes);
      hn::Store(low, tag, piece + 2 * r * kLanes);
      hn::Store(high, tag, piece + (2 * r + 1) * kLanes);
    }
    HWY_UNROLL(16)
    for (std::int64_t m = 0; m < kRows; ++m) {
      const Vector factor = hn::Set(tag, of_rows.row(m)[r]);
      sums[m][0] = hn::MulAdd(factor, low, sums[m][0]);
      sums[m][1] = hn::MulAdd(factor, high, sums[m][1]);
    }
  }
  HWY_UNROLL(16)
  for (std::int64_t m = 0; m < kRows; ++m) {
    hn::StoreU(sums[m][0], tag, to.row(m));
    hn::StoreU(sums[m][1], tag, to.row(m) + kLanes);
  }
}

void backward(const Product& p, Columns part) {
  alignas(64) float piece[2 * kPieceRows * kLanes];
  const Strips strips(p.count, kBackwardRows);
  for (std::int64_t n = 0; n < p.out; n += kPieceRows) {
    const std::int64_t count = HWY_MIN(kPieceRows, p.out - n);
    for (std::int64_t k = part.begin; k < part.end; k += 2 * kLanes) {
      const Matrix<float> to{p.result.data + (k - part.begin), p.result.stride};
      for (std::int64_t strip = 0; strip < strips.count; ++strip) {
        const std::int64_t m = strips.begin(strip);
        const Matrix<const float> whole{p.weight.row(n) + k, p.weight.stride};
        const Matrix<const float> copied{piece, 2 * kLanes};
        with_size<kBackwardRows>(strips.size(strip), [&]<std::int64_t kRows>() HWY_ATTR {
          add_products<kRows>({p.rows.row(m) + n, p.rows.stride}, strip == 0 ? whole : copied,
                              {to.row(m), to.stride}, count, strip == 0 ? piece : nullptr);
        });
      }
    }
  }
}

/// Numbers from `grads`, where those of a row are far apart, side by side.
HWY_INLINE void gather(Matrix<const float> grads, std::int64_t first, std::int64_t count, std::int64_t rows,
                       float* to) {
  for (std::int64_t r = 0; r < count; ++r)
    for (std::int64_t m = 0; m < rows; ++m)
      to[r * rows + m] = grads.row(r)[first + m];
}

/// to[m] = sum_r grads[r * kRows + m] panel[r] for `kRows` rows and two vectors of columns.
template <std::int64_t kRows>
HWY_INLINE void sum_outer_products(const float* grads, const float* panel, std::int64_t count,
                                   Matrix<float> to) {
  const Tag tag;
  Vector sums[kRows][2];
  HWY_UNROLL(16)
  for (std::int64_t m = 0; m < kRows; ++m)
    sums[m][0] = sums[m][1] = hn::Zero(tag);
  for (std::int64_t r = 0; r < count; ++r) {
    const Vector low = hn::Load(tag, panel + r * kBackwardColumns);
    const Vector high = hn::Load(tag, panel + r * kBackwardColumns + kLanes);
    HWY_UNROLL(16)
    for (std::int64_t m = 0; m < kRows; ++m) {
      const Vector factor = hn::Set(tag, grads[r * kRows + m]);
      sums[m][0] = hn::MulAdd(factor, low, sums[m][0]);
      sums[m][1] = hn::MulAdd(factor, high, sums[m][1]);
    }
  }
  HWY_UNROLL(16)
  for (std::int64_t m = 0; m < kRows; ++m) {
    hn::StoreU(sums[m][0], tag, to.row(m));
    hn::StoreU(sums[m][1], tag, to.row(m) + kLanes);
  }
}

/// The same for a whole panel, of whose columns the result has the first `columns`.
template <std::int64_t kRows>
HWY_INLINE void fill_panel(const float* grads, const float* panel, std::int64_t count, std::int64_t columns,
                           Matrix<float> to) {
  if (columns >= kBackwardColumns) {
    for (std::int64_t k = 0; k < kBackwardColumns; k += 2 * kLanes)
      sum_outer_products<kRows>(grads, panel + k, count, {to.data + k, to.stride});
    return;
  }
  alignas(64) float whole[kRows * kBackwardColumns];
  for (std::int64_t k = 0; k < kBackwardColumns; k += 2 * kLanes)
    sum_outer_products<kRows>(grads, panel + k, count, {whole + k, kBackwardColumns});
  for (std::int64_t m = 0; m < kRows; ++m)
    std::copy_n(whole + m * kBackwardColumns, columns, to.row(m));
}

static_assert(kBackwardRows <= kGradientMemory && kBackwardColumns % (2 * kLanes) == 0);

void weight_gradient(const WeightGradient& p, Columns part, float* memory) {
  const Strips strips(part.end - part.begin, kBackwardRows);
  for (std::int64_t strip = 0; strip < strips.count; ++strip) {
    const std::int64_t first = part.begin + strips.begin(strip);
    gather(p.grads, first, p.count, strips.size(strip), memory);
    with_size<kBackwardRows>(strips.size(strip), [&]<std::int64_t kRows>() HWY_ATTR {
      for (std::int64_t k = 0; k < p.in; k += kBackwardColumns)
        fill_panel<kRows>(memory, p.panels + k * p.count, p.count, p.in - k,
                          {p.result.row(first) + k, p.result.stride});
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace
}  // namespace tagloom::few_rows
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tagloom::few_rows {
namespace {
HWY_EXPORT(forward);
HWY_EXPORT(backward);
HWY_EXPORT(weight_gradient);
}  // namespace

void forward(const Product& product, Columns part) {
  HWY_DYNAMIC_DISPATCH(forward)(product, part);
}

void backward(const Product& product, Columns part) {
  HWY_DYNAMIC_DISPATCH(backward)(product, part);
}

void weight_gradient(const WeightGradient& product, Columns rows, float* memory) {
  HWY_DYNAMIC_DISPATCH(weight_gradient)(product, rows, memory);
}

}  // namespace tagloom::few_rows
#endif
