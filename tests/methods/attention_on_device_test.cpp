/// Attention where there is a GPU, against the CPU's way.

#include "built_plugins.hpp"
#include "registry/kinds/decoder.hpp"

#include <tagloom/decoder.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <vector>

namespace tagloom {
namespace {

/// The decoder's logits, and the gradients of its parameters.
std::vector<at::Tensor> trained_on(Decoder& decoder, at::Device device, const Features& features,
                                   const at::Tensor& tokens) {
  decoder.to(device);
  decoder.zero_grad();
  const at::Tensor logits = decoder.teacher_forced({.map = features.map.to(device)}, tokens.to(device));
  logits.square().sum().backward();
  std::vector<at::Tensor> all{logits.detach().cpu()};
  for (const at::Tensor& parameter : decoder.parameters())
    if (parameter.grad().defined()) all.push_back(parameter.grad().cpu().clone());
  return all;
}

TEST(AttentionOnAGpu, TrainsAndSearchesAsOnACpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU here";
  at::manual_seed(1);
  const DecoderSetup setup{.labels = 30, .features = {.channels = 256, .map_height = 7, .map_width = 7}};
  const auto decoder =
      testing::built_plugins()
          .create<Decoder>(
              "attention",
              {{"hidden", "64"}, {"attention", "128"}, {"embedding_dropout", "0"}, {"output_dropout", "0"}},
              setup)
          .component;
  const Features features{.map = at::randn({5, 49, 256})};
  const at::Tensor tokens = at::randint(30, {5, 6}, at::kLong);
  const auto on_cpu = trained_on(*decoder, at::kCPU, features, tokens);
  const auto on_gpu = trained_on(*decoder, at::Device(at::kCUDA, 0), features, tokens);
  ASSERT_EQ(on_cpu.size(), on_gpu.size());
  for (std::size_t i = 0; i < on_cpu.size(); ++i)
    EXPECT_TRUE(on_gpu[i].allclose(on_cpu[i], 1e-3, 1e-3)) << i;

  const at::NoGradGuard no_grad;
  const auto step_of_three = [&](at::Device device) {
    decoder->to(device);
    const DecoderState state = decoder->begin({.map = features.map.to(device)});
    const at::Tensor thrice = at::arange(5).repeat_interleave(3).to(device);
    return decoder->step(at::arange(15).to(device), state.select(thrice)).logits.cpu();
  };
  EXPECT_TRUE(step_of_three(at::Device(at::kCUDA, 0)).allclose(step_of_three(at::kCPU), 1e-3, 1e-3));
}

}  // namespace
}  // namespace tagloom
