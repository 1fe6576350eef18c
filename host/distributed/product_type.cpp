#include "distributed/product_type.hpp"

#include "runtime/device.hpp"

#include <ATen/ATen.h>

namespace tagloom::distributed {

c10::ScalarType product_type(World& world, runtime::Precision precision, c10::Device device) {
  constexpr const char* kWhat = "choosing the type of products";
  const c10::ScalarType own = agreed(world, kWhat, [&] { return runtime::product_type(precision, device); });
  const at::Tensor is_bfloat16 = at::full({1}, own == at::kBFloat16 ? 1 : 0, at::kFloat);
  world.take_from_first({is_bfloat16}, kWhat);
  return is_bfloat16.item<float>() > 0 ? at::kBFloat16 : at::kFloat;
}

}  // namespace tagloom::distributed
