/// What is computed value by value: activations, products with a number for each channel, sums.

#include "convnet/onednn/api.hpp"
#include "convnet/onednn/operations.hpp"

namespace tagloom::onednn {

void append_activation(dnnl::post_ops& operations, Activation activation) {
  using dnnl::algorithm;
  switch (activation.kind) {
    case Activation::Kind::none:
      return;
    case Activation::Kind::relu:
      return append_eltwise(operations, algorithm::eltwise_relu, 0, 0);
    case Activation::Kind::leaky_relu:
      return append_eltwise(operations, algorithm::eltwise_relu, static_cast<float>(activation.slope), 0);
    case Activation::Kind::relu6:
      return append_eltwise(operations, algorithm::eltwise_clip, 0, 6);
    case Activation::Kind::sigmoid:
      return append_eltwise(operations, algorithm::eltwise_logistic, 0, 0);
  }
}

Map append_multiply(Builder& plan, const Operand& map, const Map& channels, Activation activation,
                    const std::optional<Map>& plus) {
  const Map target = plan.to_overwrite(map.map, map.is_read_later);
  std::vector<std::pair<int, Map>> maps = {
      {DNNL_ARG_SRC_0, target}, {DNNL_ARG_SRC_1, channels}, {DNNL_ARG_DST, target}};
  dnnl::post_ops operations;
  if (plus) {
    const Map added = plan.in_layout(*plus, target.desc);
    operations.append_binary(dnnl::algorithm::binary_add, added.desc);
    maps.emplace_back(DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, added);
  }
  append_activation(operations, activation);
  plan.append<dnnl::binary>(
      binary(dnnl::algorithm::binary_mul, target.desc, channels.desc, attributes_of(operations)), maps);
  return target;
}

Map append_add(Builder& plan, const Operand& first, const Map& second, Activation activation) {
  const Map target = plan.to_overwrite(first.map, first.is_read_later);
  const Map added = plan.in_layout(second, target.desc);
  dnnl::post_ops operations;
  append_activation(operations, activation);
  plan.append<dnnl::binary>(
      binary(dnnl::algorithm::binary_add, target.desc, added.desc, attributes_of(operations)),
      {{DNNL_ARG_SRC_0, target}, {DNNL_ARG_SRC_1, added}, {DNNL_ARG_DST, target}});
  return target;
}

}  // namespace tagloom::onednn
