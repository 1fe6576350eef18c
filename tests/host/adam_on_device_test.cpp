/// Adam's kernels for a GPU: as C++ on an emulated one, as NVRTC compiles them, and where there is a GPU
/// against the CPU's way.

#include "support/emulated_gpu.hpp"
#include "training/adam.hpp"

#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tagloom::device {
extern const char* const adam_source;
}

// The kernels as C++.
// clang-format off
#include "../../plugin_api/nn/src/kernels/nvrtc/numbers.cuh"
#include "../../host/training/device/adam_arguments.cuh"
#include "../../host/training/device/adam.cuh"
// clang-format on

namespace tagloom::training {
namespace {

/// More numbers than a block takes, a part of a block, and one in bfloat16.
std::vector<at::Tensor> device_parameters() {
  at::manual_seed(4);
  return {at::randn({2 * device::kAdamNumbers + 77}).set_requires_grad(true),
          at::randn({5}).set_requires_grad(true), at::randn({300}).set_requires_grad(true)};
}

void set_device_gradients(const std::vector<at::Tensor>& parameters, std::uint64_t seed) {
  at::manual_seed(seed);
  for (const at::Tensor& parameter : parameters)
    parameter.mutable_grad() = at::randn(parameter.sizes()).to(parameter.device(), parameter.scalar_type());
}

TEST(AdamKernels, DoOnAnEmulatedGpuWhatTheCpuDoes) {
  const Adam::Settings settings{.clip_norm = 0.7, .average_decay = 0.9};
  const auto parameters = device_parameters();
  std::vector<at::Tensor> weights;
  std::vector<at::Tensor> firsts;
  std::vector<at::Tensor> seconds;
  std::vector<at::Tensor> averages;
  for (const at::Tensor& parameter : parameters) {
    weights.push_back(parameter.detach().clone());
    firsts.push_back(at::zeros_like(weights.back()));
    seconds.push_back(at::zeros_like(weights.back()));
    averages.push_back(weights.back().clone());
  }
  const at::Tensor rounded = weights[2].to(at::kBFloat16);
  Adam adam(parameters, settings, {parameters[2]});
  for (int step = 1; step <= 3; ++step) {
    set_device_gradients(parameters, static_cast<std::uint64_t>(step));
    device::AdamTensors tensors{.count = 3, .at = {}};
    int blocks = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      tensors.at[i] = {.weight = weights[i].data_ptr<float>(),
                       .grad = parameters[i].grad().data_ptr(),
                       .first = firsts[i].data_ptr<float>(),
                       .second = seconds[i].data_ptr<float>(),
                       .average = averages[i].data_ptr<float>(),
                       .rounded = i == 2 ? static_cast<unsigned short*>(rounded.data_ptr()) : nullptr,
                       .count = weights[i].numel(),
                       .first_block = blocks,
                       .grad_is_bfloat16 = i == 2 ? 1 : 0};
      blocks += static_cast<int>((weights[i].numel() + device::kAdamNumbers - 1) / device::kAdamNumbers);
    }
    ASSERT_EQ(blocks, 5);
    const double n = step;
    const device::AdamNumbers numbers{
        .beta1 = 0.9F,
        .beta2 = 0.999F,
        .step_size = static_cast<float>(0.01 / (1 - std::pow(0.9, n))),
        .root_correction = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, n))),
        .epsilon = 1e-8F,
        .average_decay = static_cast<float>(std::min(0.9, (1 + n) / (10 + n))),
        .clip_norm = 0.7F};
    const device::Grid grid{.blocks = 5, .threads = device::kAdamThreads};
    std::vector<double> squares(5);
    device::emulate(grid, [&] { device::adam_squares(tensors, squares.data()); });
    double total = 0;
    for (const double square : squares)
      total += square;
    device::emulate(grid, [&] { device::adam_update(tensors, numbers, &total); });
    adam.step(0.01);
  }
  EXPECT_TRUE(parameters[2].detach().equal(rounded));
  const NamedTensors state = adam.state();
  adam.show(Adam::Weights::current);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(weights[i].allclose(parameters[i].detach(), 1e-5, 1e-6)) << i;
    EXPECT_TRUE(firsts[i].allclose(state[3 * i].second, 1e-4, 1e-7)) << i;
    EXPECT_TRUE(seconds[i].allclose(state[3 * i + 1].second, 1e-4, 1e-9)) << i;
    EXPECT_TRUE(averages[i].allclose(state[3 * i + 2].second, 1e-5, 1e-6)) << i;
  }
}

TEST(AdamKernels, CompileForEveryGenerationOfGpusWithoutWarnings) {
  if (!has_kernel_compiler()) GTEST_SKIP() << "no NVRTC here";
  for (const int capability : {80, 90, 100})
    EXPECT_EQ(compile_device_kernels("Adam", device::adam_source, capability).log, "");
}

/// On a device, what all parameters are after some steps, and after the state went through a restart.
std::vector<at::Tensor> stepped(at::Device device) {
  std::vector<at::Tensor> parameters;
  for (const at::Tensor& parameter : device_parameters())
    parameters.push_back(parameter.detach().to(device).set_requires_grad(true));
  // More than one launch takes.
  for (int i = 0; i < device::kMostTensors; ++i)
    parameters.push_back(
        at::full({3}, i, at::TensorOptions(device).dtype(at::kFloat)).set_requires_grad(true));
  Adam adam(parameters, {.clip_norm = 0.7, .average_decay = 0.9}, {parameters[2]});
  for (std::uint64_t step = 1; step <= 3; ++step) {
    set_device_gradients(parameters, step);
    adam.step(0.01);
  }
  std::vector<at::Tensor> all;
  for (const auto& [name, tensor] : adam.state())
    all.push_back(tensor.cpu().clone());
  adam.show(Adam::Weights::current);
  for (const at::Tensor& parameter : parameters)
    all.push_back(parameter.detach().cpu().clone());
  return all;
}

TEST(AdamOnAGpu, StepsAsOnACpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  const auto on_cpu = stepped(at::kCPU);
  const auto on_gpu = stepped(at::Device(at::kCUDA, 0));
  for (std::size_t i = 0; i < on_cpu.size(); ++i)
    EXPECT_TRUE(on_gpu[i].allclose(on_cpu[i], 1e-4, 1e-5)) << i;
}

}  // namespace
}  // namespace tagloom::training
