/// A network's operations by LibTorch: what every other way of computing them is compared with.

#include <tagloom/nn/convnet/graph.hpp>

#include <ATen/ATen.h>

namespace tagloom {
namespace {

at::Tensor space_to_depth(const at::Tensor& images) {
  const std::int64_t batch = images.size(0);
  const std::int64_t rows = images.size(2) / 4;
  const std::int64_t columns = images.size(3) / 4;
  // Written channels-last, as the convolutions want it.
  return images.reshape({batch, 3, rows, 4, columns, 4})
      .permute({0, 2, 4, 3, 5, 1})
      .reshape({batch, rows, columns, 48})
      .permute({0, 3, 1, 2});
}

/// Continues the map by its mirror image, one pixel to the left and to the top. That is all a 3 x 3 filter of
/// stride 2 sees of a padding of one on every side, since sizes are even; and `at::reflection_pad2d` knows no
/// bf16 in LibTorch 1.
at::Tensor reflect_before(const at::Tensor& map) {
  const at::Tensor taller = at::cat({map.narrow(2, 1, 1), map}, 2);
  return at::cat({taller.narrow(3, 1, 1), taller}, 3);
}

at::Tensor blur(const at::Tensor& map) {
  const std::int64_t channels = map.size(1);
  // 1, 2, 1, made where it is used: a copy from elsewhere would wait for the device.
  const at::Tensor line = 2 - (at::arange(3, map.options()) - 1).abs();
  const at::Tensor filter = (at::outer(line, line) / 16).expand({channels, 1, 3, 3}).contiguous();
  return at::conv2d(reflect_before(map), filter, /*bias=*/{}, /*stride=*/{2, 2},
                    /*padding=*/at::IntArrayRef{0, 0}, /*dilation=*/{1, 1}, /*groups=*/channels);
}

/// In place: `value` is nobody else's.
at::Tensor activate(at::Tensor value, Activation activation) {
  switch (activation.kind) {
    case Activation::Kind::none:
      return value;
    case Activation::Kind::relu:
      return at::relu_(value);
    case Activation::Kind::leaky_relu:
      return at::leaky_relu_(value, activation.slope);
    case Activation::Kind::relu6:
      return at::relu6_(value);
    case Activation::Kind::sigmoid:
      return at::sigmoid_(value);
  }
  TORCH_CHECK(false, "no such activation");
}

at::Tensor compute(const GraphOperation& operation, const std::vector<at::Tensor>& values) {
  const auto input = [&](std::size_t i) -> const at::Tensor& { return values[operation.inputs[i]]; };
  switch (operation.kind) {
    case GraphOperation::Kind::images:
      break;
    case GraphOperation::Kind::convolution: {
      at::Tensor output = operation.convolution->forward(input(0));
      if (operation.norm) output = operation.norm->forward(output);
      return activate(output, operation.activation);
    }
    case GraphOperation::Kind::add:
      return activate(input(0) + input(1), operation.activation);
    case GraphOperation::Kind::multiply:
      return input(0) * input(1);
    case GraphOperation::Kind::average:
      return at::avg_pool2d(input(0), 2, 2);
    case GraphOperation::Kind::mean:
      return input(0).mean({2, 3}, /*keepdim=*/true);
    case GraphOperation::Kind::blur:
      return blur(input(0));
    case GraphOperation::Kind::space_to_depth:
      return space_to_depth(input(0));
  }
  TORCH_CHECK(false, "no such operation");
}

}  // namespace

at::Tensor run(const ConvNetGraph& graph, const at::Tensor& images) {
  const std::vector<GraphOperation>& operations = graph.operations();
  std::vector<std::size_t> last_use(operations.size());
  for (std::size_t i = 0; i < operations.size(); ++i)
    for (const GraphValue input : operations[i].inputs)
      last_use[input] = i;
  std::vector<at::Tensor> values(operations.size());
  values[0] = images;
  for (std::size_t i = 1; i < operations.size(); ++i) {
    values[i] = compute(operations[i], values);
    for (const GraphValue input : operations[i].inputs)
      if (last_use[input] == i) values[input].reset();
  }
  return values.back();
}

}  // namespace tagloom
