#include <tagloom/features.hpp>

#include <ATen/ATen.h>

namespace tagloom {

const at::Tensor& Features::any() const {
  if (pooled.defined()) return pooled;
  return map.defined() ? map : concepts;
}

std::int64_t Features::batch() const {
  return any().defined() ? any().size(0) : 0;
}

Features Features::to(at::Device device, at::ScalarType type) const {
  const auto move = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.to(device, type, /*non_blocking=*/tensor.is_pinned()) : tensor;
  };
  return {move(pooled), move(map), move(concepts)};
}

Features Features::select(const at::Tensor& rows) const {
  const auto pick = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.index_select(0, rows.to(tensor.device())) : tensor;
  };
  return {pick(pooled), pick(map), pick(concepts)};
}

}  // namespace tagloom
