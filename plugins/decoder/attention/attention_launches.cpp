#include "attention_launches.hpp"

#include "device/arguments.cuh"

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

namespace tagloom::device {
extern const char* const attention_source;
}

namespace tagloom::attention_launches {
namespace {

using device::AttentionSizes;
using device::kMostSteps;
using device::LookedSteps;
using device::SeenGradients;

/// Without asking for more.
constexpr std::int64_t kSharedBytes = 48 << 10;
/// As many as keep every processor of a large GPU at work; fewer images than that share theirs out.
constexpr std::int64_t kBlocks = 128;
/// Fewer pixels are not worth a block.
constexpr std::int64_t kFewestPixels = 16;

/// Those for keys of this type.
DeviceKernels& kernels_of(const at::Tensor& keys) {
  // The driver may be gone when static objects are destroyed.
  static auto* const float32 = new DeviceKernels(
      "attention", std::string("#define TAGLOOM_ONLY_FLOAT32\n") + device::attention_source);
  static auto* const bfloat16 = new DeviceKernels(
      "attention", std::string("#define TAGLOOM_ONLY_BFLOAT16\n") + device::attention_source);
  return keys.scalar_type() == at::kFloat ? *float32 : *bfloat16;
}

std::int64_t parts_for(std::int64_t images, std::int64_t pixels) {
  return std::clamp((kBlocks + images - 1) / images, std::int64_t{1},
                    std::max(pixels / kFewestPixels, std::int64_t{1}));
}

std::int64_t rounded_up(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

/// What a block of either pass holds, for a part of the pixels.
std::int64_t forward_floats(const AttentionSizes& n) {
  const std::int64_t scores = n.width * rounded_up(n.pixels, n.parts);
  return std::max<std::int64_t>(scores, std::int64_t{n.parts} * n.width);
}

std::int64_t backward_floats(const AttentionSizes& n) {
  return std::int64_t{n.width} * (n.channels + 1 + rounded_up(n.pixels, n.parts));
}

AttentionSizes sizes_of(const at::Tensor& keys, std::int64_t channels, std::int64_t width) {
  return {.width = static_cast<int>(width),
          .pixels = static_cast<int>(keys.size(1)),
          .units = static_cast<int>(keys.size(2)),
          .channels = static_cast<int>(channels),
          .parts = static_cast<int>(parts_for(keys.size(0), keys.size(1)))};
}

KernelGrid grid_of(const at::Tensor& keys, const AttentionSizes& sizes, std::int64_t floats) {
  return {.blocks = keys.size(0),
          .blocks_y = sizes.parts,
          .threads = device::kThreads,
          .shared_bytes = floats * 4};
}

std::string named(const char* kernel, const at::Tensor& keys) {
  return std::string(kernel) + (keys.scalar_type() == at::kFloat ? "_float32" : "_bfloat16");
}

device::Looking arguments(const Looking& l) {
  return {.sizes = sizes_of(l.keys, l.map.size(2), l.query.size(1)),
          .keys = l.keys.data_ptr(),
          .map = l.map.data_ptr(),
          .query = l.query.data_ptr<float>(),
          .v = l.v.data_ptr<float>(),
          .gate = l.gate.data_ptr<float>(),
          .gate_bias = l.gate_bias.data_ptr<float>(),
          .arrived = l.arrived.data_ptr<int>()};
}

/// The gradients of at most `kMostSteps`.
SequenceGradients of_steps(const at::Tensor& keys, const at::Tensor& v, at::TensorList queries,
                           at::TensorList grad_scores) {
  const std::int64_t images = keys.size(0);
  LookedSteps steps{.sizes = sizes_of(keys, 0, queries[0].size(1)),
                    .count = static_cast<int>(queries.size()),
                    .images = {},
                    .query = {},
                    .grad_scores = {},
                    .keys = keys.data_ptr(),
                    .v = v.data_ptr<float>(),
                    .grad_keys = nullptr,
                    .part_grad_v = nullptr};
  for (std::size_t t = 0; t < queries.size(); ++t) {
    steps.images[t] = static_cast<int>(queries[t].size(0));
    steps.query[t] = queries[t].data_ptr<float>();
    steps.grad_scores[t] = grad_scores[t].data_ptr<float>();
  }
  const at::Tensor grad_keys = at::empty_like(keys);
  const at::Tensor part_grad_v = at::empty({images * steps.sizes.parts, keys.size(2)}, v.options());
  steps.grad_keys = grad_keys.data_ptr();
  steps.part_grad_v = part_grad_v.data_ptr<float>();
  kernels_of(keys).launch(keys.device(), named("look_back_on_keys", keys).c_str(),
                          grid_of(keys, steps.sizes, 0), steps);
  return {grad_keys, part_grad_v.sum(0)};
}

}  // namespace

bool available(const at::Tensor& keys, const at::Tensor& map, std::int64_t width) {
  if (!keys.is_cuda() || keys.scalar_type() != map.scalar_type() || keys.numel() == 0) return false;
  if (keys.scalar_type() != at::kFloat && keys.scalar_type() != at::kBFloat16) return false;
  const AttentionSizes sizes = sizes_of(keys, map.size(2), width);
  if (sizes.units % 4 != 0 || sizes.channels % 4 != 0) return false;
  const std::int64_t floats = at::GradMode::is_enabled() ? backward_floats(sizes) : forward_floats(sizes);
  return std::max(floats, forward_floats(sizes)) * 4 <= kSharedBytes &&
         kernels_of(keys).available(keys.device());
}

Seen look(const Looking& l) {
  const device::Looking looking = arguments(l);
  const AttentionSizes& n = looking.sizes;
  const std::int64_t images = l.keys.size(0);
  const Seen seen{.gated = at::empty_like(l.gate),
                  .weights = at::empty({images, n.width, n.pixels}, l.query.options()),
                  .context = at::empty_like(l.gate)};
  const at::Tensor contexts = at::empty({images, n.parts, n.width, n.channels}, l.query.options());
  const at::Tensor softmaxes = at::empty({images, n.parts, n.width, 2}, l.query.options());
  const device::Seen to{.weights = seen.weights.data_ptr<float>(),
                        .context = seen.context.data_ptr<float>(),
                        .gated = seen.gated.data_ptr<float>(),
                        .part_contexts = contexts.data_ptr<float>(),
                        .part_softmaxes = softmaxes.data_ptr<float>()};
  kernels_of(l.keys).launch(l.keys.device(), named("look", l.keys).c_str(),
                            grid_of(l.keys, n, forward_floats(n)), looking, to);
  return seen;
}

Gradients look_back(const Looking& l, const Seen& seen, const at::Tensor& grad_gated,
                    const at::Tensor& grad_weights) {
  const device::Looking looking = arguments(l);
  const AttentionSizes& n = looking.sizes;
  const Gradients grad{.scores = at::empty_like(seen.weights),
                       .query = at::empty_like(l.query),
                       .gate = at::empty_like(l.gate)};
  const at::Tensor queries = at::empty({l.keys.size(0), n.parts, n.width, n.units}, l.query.options());
  const SeenGradients to{.weights = seen.weights.data_ptr<float>(),
                         .context = seen.context.data_ptr<float>(),
                         .grad_gated = grad_gated.data_ptr<float>(),
                         .grad_weights = grad_weights.defined() ? grad_weights.data_ptr<float>() : nullptr,
                         .grad_scores = grad.scores.data_ptr<float>(),
                         .grad_query = grad.query.data_ptr<float>(),
                         .grad_gate = grad.gate.data_ptr<float>(),
                         .part_queries = queries.data_ptr<float>()};
  kernels_of(l.keys).launch(l.keys.device(), named("look_back", l.keys).c_str(),
                            grid_of(l.keys, n, backward_floats(n)), looking, to);
  return grad;
}

SequenceGradients look_back_on_keys(const at::Tensor& keys, const at::Tensor& v,
                                    const std::vector<at::Tensor>& queries,
                                    const std::vector<at::Tensor>& grad_scores) {
  SequenceGradients all;
  for (std::size_t first = 0; first < queries.size(); first += kMostSteps) {
    const std::size_t count = std::min<std::size_t>(kMostSteps, queries.size() - first);
    const SequenceGradients some = of_steps(keys, v, at::TensorList(queries).slice(first, count),
                                            at::TensorList(grad_scores).slice(first, count));
    all.keys = all.keys.defined() ? all.keys + some.keys : some.keys;
    all.v = all.v.defined() ? all.v + some.v : some.v;
  }
  return all;
}

}  // namespace tagloom::attention_launches
