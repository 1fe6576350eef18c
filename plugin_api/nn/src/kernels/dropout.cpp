#include <tagloom/base/vectorised.hpp>
#include <tagloom/nn/dropout.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cmath>
#include <cstdint>

namespace tagloom {
namespace {

/// Two uniform 16-bit numbers of one position: Wang's and Mueller's integer mixing, applied to a Weyl
/// sequence.
inline std::uint32_t mixed(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  x ^= x >> 16;
  return x;
}

TAGLOOM_VECTORISED void draw(std::uint32_t seed, std::uint32_t threshold, float scale, float* mask,
                             std::int64_t begin, std::int64_t end) {
  for (std::int64_t i = begin; i < end; ++i) {
    const auto position = static_cast<std::uint32_t>(i) * 0x9e3779b9U;
    const std::uint32_t number = mixed(position ^ seed) & 0xffffU;
    mask[i] = number < threshold ? 0.0F : scale;
  }
}

}  // namespace

at::Tensor parallel_dropout(const at::Tensor& x, double p, bool training) {
  if (!training || p == 0) return x;
  if (!x.is_cpu()) return at::dropout(x, p, training);
  const auto seed =
      static_cast<std::uint32_t>(at::randint(std::int64_t{1} << 32, {1}, at::kLong).item<std::int64_t>());
  const auto threshold = static_cast<std::uint32_t>(std::lround(p * 65536));
  at::Tensor mask = at::empty(x.sizes(), x.options().dtype(at::kFloat));
  at::parallel_for(0, mask.numel(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
    draw(seed, threshold, static_cast<float>(1 / (1 - p)), mask.data_ptr<float>(), begin, end);
  });
  return x * mask.to(x.scalar_type());
}

}  // namespace tagloom
