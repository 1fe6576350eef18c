#include <tagloom/features.hpp>

#include <ATen/ATen.h>

namespace tagloom {

std::int64_t Features::batch() const {
  if (pooled.defined()) return pooled.size(0);
  return map.defined() ? map.size(0) : 0;
}

Features Features::to(at::Device device, at::ScalarType type) const {
  const auto move = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.to(device, type, /*non_blocking=*/tensor.is_pinned()) : tensor;
  };
  return {move(pooled), move(map)};
}

Features Features::select(const at::Tensor& rows) const {
  const auto pick = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.index_select(0, rows.to(tensor.device())) : tensor;
  };
  return {pick(pooled), pick(map)};
}

}  // namespace tagloom
