#include "training/adam_on_device.hpp"

#include "training/device/adam_arguments.cuh"

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace tagloom::device {
extern const char* const adam_source;
}

namespace tagloom::training::adam_on_device {
namespace {

using device::AdamTensor;
using device::AdamTensors;

DeviceKernels& kernels() {
  // The driver may be gone when static objects are destroyed.
  static auto* const made = new DeviceKernels("Adam", device::adam_source);
  return *made;
}

/// What one launch takes.
struct Group {
  AdamTensors tensors = {};
  std::int64_t blocks = 0;
};

AdamTensor tensor_of(const AdamState& p, std::int64_t first_block) {
  return {.weight = p.master.data_ptr<float>(),
          .grad = p.grad.data_ptr(),
          .first = p.first.data_ptr<float>(),
          .second = p.second.data_ptr<float>(),
          .average = p.average.defined() ? p.average.data_ptr<float>() : nullptr,
          .rounded = p.rounded.defined() ? static_cast<unsigned short*>(p.rounded.data_ptr()) : nullptr,
          .count = p.master.numel(),
          .first_block = static_cast<int>(first_block),
          .grad_is_bfloat16 = p.grad.scalar_type() == at::kBFloat16 ? 1 : 0};
}

std::vector<Group> groups_of(std::span<const AdamState> parameters) {
  std::vector<Group> groups;
  for (const AdamState& parameter : parameters) {
    if (parameter.master.numel() == 0) continue;
    if (groups.empty() || groups.back().tensors.count == device::kMostTensors) groups.emplace_back();
    Group& group = groups.back();
    group.tensors.at[group.tensors.count++] = tensor_of(parameter, group.blocks);
    group.blocks += (parameter.master.numel() + device::kAdamNumbers - 1) / device::kAdamNumbers;
  }
  return groups;
}

/// The sum of the squares of all gradients, one number on the device.
at::Tensor squares_of(const std::vector<Group>& groups, at::Device gpu) {
  std::int64_t blocks = 0;
  for (const Group& group : groups)
    blocks += group.blocks;
  const at::Tensor squares = at::empty({blocks}, at::TensorOptions(gpu).dtype(at::kDouble));
  double* to = squares.data_ptr<double>();
  for (const Group& group : groups) {
    kernels().launch(gpu, "adam_squares", {.blocks = group.blocks, .threads = device::kAdamThreads},
                     group.tensors, to);
    to += group.blocks;
  }
  return squares.sum();
}

}  // namespace

bool available(std::span<const AdamState> parameters) {
  if (parameters.empty() || !parameters[0].master.is_cuda()) return false;
  const at::Device gpu = parameters[0].master.device();
  const auto fits = [&](const AdamState& p) {
    return p.master.device() == gpu && p.grad.device() == gpu &&
           (p.grad.scalar_type() == at::kFloat || p.grad.scalar_type() == at::kBFloat16);
  };
  return std::ranges::all_of(parameters, fits) && kernels().available(gpu);
}

void step(std::span<const AdamState> parameters, const AdamUpdate& u, double clip_norm) {
  const at::Device gpu = parameters[0].master.device();
  const std::vector<Group> groups = groups_of(parameters);
  const at::Tensor squares = clip_norm > 0 ? squares_of(groups, gpu) : at::Tensor();
  const device::AdamNumbers numbers{.beta1 = u.beta1,
                                    .beta2 = u.beta2,
                                    .step_size = u.step_size,
                                    .root_correction = u.root_correction,
                                    .epsilon = u.epsilon,
                                    .average_decay = u.average_decay,
                                    .clip_norm = static_cast<float>(clip_norm)};
  const double* total = squares.defined() ? squares.data_ptr<double>() : nullptr;
  for (const Group& group : groups)
    kernels().launch(gpu, "adam_update", {.blocks = group.blocks, .threads = device::kAdamThreads},
                     group.tensors, numbers, total);
}

}  // namespace tagloom::training::adam_on_device
