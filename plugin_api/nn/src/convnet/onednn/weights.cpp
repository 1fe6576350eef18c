#include "convnet/onednn/weights.hpp"

#include "convnet/onednn/api.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>

namespace tagloom::onednn {
namespace {

using dnnl::memory;

std::shared_ptr<const Convolution> blur_of(std::int64_t channels) {
  auto layer = std::make_shared<Convolution>(Convolution::Shape{
      .in_channels = channels, .out_channels = channels, .kernel = 3, .stride = 2, .groups = channels});
  const at::NoGradGuard no_grad;
  const at::Tensor line = at::tensor({1.0F, 2.0F, 1.0F});
  layer->weight.copy_((at::outer(line, line) / 16).expand_as(layer->weight));
  return layer;
}

}  // namespace

memory::dims weight_sizes(const Convolution::Shape& shape) {
  const std::int64_t in = shape.in_channels / shape.groups;
  if (shape.groups == 1) return {shape.out_channels, in, shape.kernel, shape.kernel};
  return {shape.groups, shape.out_channels / shape.groups, in, shape.kernel, shape.kernel};
}

memory Weights::filters(const Convolution& layer, const memory::desc& wanted) {
  std::vector<memory>& made = filters_[&layer];
  const auto found = std::ranges::find_if(made, [&](const memory& one) { return one.get_desc() == wanted; });
  if (found != made.end()) return *found;
  at::Tensor plain = layer.weight.detach().to(at::kFloat).contiguous();
  const auto tag = layer.shape().groups == 1 ? memory::format_tag::oihw : memory::format_tag::goihw;
  memory from({weight_sizes(layer.shape()), memory::data_type::f32, tag}, engine(), plain.data_ptr());
  memory to = made.emplace_back(wanted, engine());
  dnnl::stream stream(engine());
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return to;
}

memory Weights::bias(const Convolution& layer) {
  const auto found = biases_.find(&layer);
  if (found != biases_.end()) return found->second;
  const std::int64_t channels = layer.shape().out_channels;
  memory made({{channels}, memory::data_type::f32, memory::format_tag::a}, engine());
  const at::Tensor plain = layer.bias.defined() ? layer.bias.detach().to(at::kFloat).contiguous()
                                                : at::zeros({channels}, at::kFloat);
  std::memcpy(made.get_data_handle(), plain.data_ptr(), plain.nbytes());
  return biases_.emplace(&layer, made).first->second;
}

std::shared_ptr<const Convolution> Weights::blur(std::int64_t channels) {
  std::shared_ptr<const Convolution>& layer = blurs_[channels];
  if (!layer) layer = blur_of(channels);
  return layer;
}

std::size_t Weights::bytes() const {
  std::size_t sum = 0;
  for (const auto& [layer, made] : filters_)
    for (const memory& one : made)
      sum += one.get_desc().get_size();
  for (const auto& [layer, made] : biases_)
    sum += made.get_desc().get_size();
  return sum;
}

}  // namespace tagloom::onednn
