#include "convnet/onednn/api.hpp"
#include "convnet/onednn/operations.hpp"

namespace tagloom::onednn {
namespace {

using dnnl::memory;

memory::desc any_layout(const memory::dims& sizes, memory::data_type type) {
  return {sizes, type, memory::format_tag::any};
}

/// oneDNN asks for the padding that is read: at stride 2, one pixel less at the end than the layer says.
Window window_of(const Convolution& layer, const memory::dims& input, const memory::dims& output) {
  const Convolution::Shape& shape = layer.shape();
  const std::int64_t before = layer.padding_before();
  const auto after = [&](std::size_t side) {
    return (output[side] - 1) * shape.stride + shape.kernel - input[side] - before;
  };
  return {.kernel = {shape.kernel, shape.kernel},
          .strides = {shape.stride, shape.stride},
          .padding_before = {before, before},
          .padding_after = {after(2), after(3)}};
}

memory::dims output_sizes(const Convolution& layer, const memory::dims& input) {
  const Convolution::Shape& shape = layer.shape();
  const std::int64_t padding = layer.padding_before() + layer.padding_after();
  const auto side = [&](std::int64_t size) { return (size + padding - shape.kernel) / shape.stride + 1; };
  return {input[0], shape.out_channels, side(input[2]), side(input[3])};
}

dnnl::convolution_forward::primitive_desc primitive_of(const Builder& plan, const memory::dims& input,
                                                       const Convolution& layer,
                                                       const dnnl::post_ops& operations) {
  const memory::dims output = output_sizes(layer, input);
  return convolution({.source = any_layout(input, plan.type()),
                      .weights = any_layout(weight_sizes(layer.shape()), plan.type()),
                      .bias = any_layout({layer.shape().out_channels}, memory::data_type::f32),
                      .target = any_layout(output, plan.type())},
                     window_of(layer, input, output), attributes_of(operations));
}

}  // namespace

Map append_convolution(Builder& plan, const Map& input, const Convolution& layer, Activation activation,
                       const std::optional<Operand>& plus) {
  dnnl::post_ops operations;
  if (plus) operations.append_sum();
  append_activation(operations, activation);
  const auto primitive = primitive_of(plan, sizes_of(input.desc), layer, operations);
  const Map source = plan.in_layout(input, primitive.src_desc());
  // The sum is added to what lies there.
  const Map target = plus ? plan.to_overwrite(plus->map, plus->is_read_later, primitive.dst_desc())
                          : plan.make(primitive.dst_desc());
  plan.append<dnnl::convolution_forward>(
      primitive, {{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, target}},
      {{DNNL_ARG_WEIGHTS, plan.weights().filters(layer, primitive.weights_desc())},
       {DNNL_ARG_BIAS, plan.weights().bias(layer)}});
  return target;
}

}  // namespace tagloom::onednn
