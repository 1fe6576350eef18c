#include "training/adam.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>

namespace tagloom::training {
namespace {

/// Odd sizes, so that vectorised loops have remainders.
std::vector<at::Tensor> example_parameters() {
  at::manual_seed(1);
  return {at::randn({37, 19}).set_requires_grad(true), at::randn({5}).set_requires_grad(true)};
}

void set_gradients(const std::vector<at::Tensor>& parameters, std::uint64_t seed) {
  at::manual_seed(seed);
  for (const at::Tensor& parameter : parameters)
    parameter.mutable_grad() = at::randn(parameter.sizes());
}

TEST(Adam, AgreesWithPyTorch) {
  const auto ours = example_parameters();
  const auto theirs = example_parameters();
  Adam adam(ours, {});
  torch::optim::Adam reference(theirs, torch::optim::AdamOptions(0.01));
  for (std::uint64_t step = 0; step < 20; ++step) {
    set_gradients(ours, step);
    set_gradients(theirs, step);
    adam.step(0.01);
    reference.step();
  }
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_TRUE(ours[i].allclose(theirs[i], 1e-5, 1e-6));
}

TEST(Adam, ClipsTheNormOfAllGradientsTogether) {
  const auto clipped = example_parameters();
  const auto scaled = example_parameters();
  Adam a(clipped, {.clip_norm = 0.5});
  Adam b(scaled, {});
  set_gradients(clipped, 3);
  set_gradients(scaled, 3);
  double squares = 0;
  for (const at::Tensor& parameter : scaled)
    squares += parameter.grad().square().sum().item<double>();
  for (const at::Tensor& parameter : scaled)
    parameter.mutable_grad().mul_(0.5 / std::sqrt(squares));
  a.step(0.1);
  b.step(0.1);
  for (std::size_t i = 0; i < clipped.size(); ++i)
    EXPECT_TRUE(clipped[i].allclose(scaled[i], 1e-4, 1e-6));
}

TEST(Adam, AveragesFollowTheWeightsAndAreShownInTheirPlace) {
  const auto parameters = example_parameters();
  at::Tensor average = parameters[0].detach().clone();
  Adam adam(parameters, {.average_decay = 0.2});
  for (std::uint64_t step = 1; step <= 4; ++step) {
    set_gradients(parameters, step);
    adam.step(0.1);
    const double decay =
        std::min(0.2, (1.0 + static_cast<double>(step)) / (10.0 + static_cast<double>(step)));
    average = average * decay + parameters[0].detach() * (1 - decay);
  }
  const at::Tensor weights = parameters[0].detach().clone();
  adam.show(Adam::Weights::averaged);
  EXPECT_TRUE(parameters[0].allclose(average, 1e-5, 1e-6));
  adam.show(Adam::Weights::training);
  EXPECT_TRUE(parameters[0].equal(weights));
}

TEST(Adam, WeightsOfOneChunkAreRoundedIntoOneChunk) {
  const at::Tensor chunk = at::randn({7 + 12 + 30});
  const std::vector<at::Tensor> together{chunk.narrow(0, 7, 12).view({3, 4}).set_requires_grad(true),
                                         chunk.narrow(0, 19, 30).set_requires_grad(true)};
  std::vector<at::Tensor> apart;
  for (const at::Tensor& tensor : together)
    apart.push_back(tensor.detach().clone().set_requires_grad(true));
  Adam a(together, {}, together);
  Adam b(apart, {}, apart);
  EXPECT_TRUE(together[0].storage().is_alias_of(together[1].storage()));
  EXPECT_EQ(together[0].storage_offset(), 7);
  EXPECT_EQ(together[1].storage_offset(), 19);
  for (std::size_t i = 0; i < together.size(); ++i) {
    together[i].mutable_grad() = at::randn(together[i].sizes()).to(at::kBFloat16);
    apart[i].mutable_grad() = together[i].grad().clone();
  }
  a.step(0.1);
  b.step(0.1);
  for (std::size_t i = 0; i < together.size(); ++i)
    EXPECT_TRUE(together[i].equal(apart[i]));
  a.show(Adam::Weights::current);
  EXPECT_TRUE(together[0].detach().equal(chunk.narrow(0, 7, 12).view({3, 4})));
}

TEST(Adam, ARestoredStateGoesOnBitForBit) {
  const auto straight = example_parameters();
  const auto resumed = example_parameters();
  Adam one(straight, {.clip_norm = 1, .average_decay = 0.9});
  Adam first(resumed, {.clip_norm = 1, .average_decay = 0.9});
  Adam second(resumed, {.clip_norm = 1, .average_decay = 0.9});
  for (std::uint64_t step = 0; step < 6; ++step) {
    set_gradients(straight, step);
    one.step(0.01);
    set_gradients(resumed, step);
    if (step == 3) second.restore(first.state(), first.steps());
    (step < 3 ? first : second).step(0.01);
  }
  EXPECT_TRUE(straight[0].equal(resumed[0]));
  EXPECT_THROW(second.restore({}, 1), DataError);
}

TEST(Adam, LeavesAParameterWithoutGradientAlone) {
  const auto parameters = example_parameters();
  const at::Tensor before = parameters[0].detach().clone();
  Adam adam(parameters, {});
  parameters[1].mutable_grad() = at::ones({5});
  adam.step(0.1);
  EXPECT_TRUE(parameters[0].equal(before));
}

TEST(Adam, RoundsWhatTrainsInBfloat16AndKeepsTheMasters) {
  const auto rounded = example_parameters();
  const auto exact = example_parameters();
  {
    Adam adam(rounded, {}, {rounded[0]});
    Adam reference(exact, {});
    EXPECT_EQ(rounded[0].scalar_type(), at::kBFloat16);
    EXPECT_EQ(rounded[1].scalar_type(), at::kFloat);
    for (std::uint64_t step = 0; step < 5; ++step) {
      at::manual_seed(step);
      const at::Tensor gradient = at::randn(rounded[0].sizes()).to(at::kBFloat16);
      rounded[0].mutable_grad() = gradient;
      exact[0].mutable_grad() = gradient.to(at::kFloat);
      adam.step(1e-3);
      reference.step(1e-3);
      EXPECT_TRUE(rounded[0].equal(exact[0].to(at::kBFloat16)));
    }
    adam.show(Adam::Weights::current);
    EXPECT_TRUE(rounded[0].equal(exact[0])) << "steps smaller than bfloat16 resolves must not be lost";
    adam.show(Adam::Weights::training);
  }
  EXPECT_EQ(rounded[0].scalar_type(), at::kFloat);
  EXPECT_TRUE(rounded[0].equal(exact[0]));
}

TEST(Adam, AParameterWhoseTypeChangesStillTakesPartInAutograd) {
  const at::Tensor weight = at::randn({3, 4}).set_requires_grad(true);
  weight.sum().backward();
  const Adam adam({weight}, {}, {weight});
  weight.sum().backward();
  EXPECT_EQ(weight.grad().scalar_type(), at::kBFloat16);
}

}  // namespace
}  // namespace tagloom::training
