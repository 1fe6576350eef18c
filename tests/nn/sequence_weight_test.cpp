/// The fast building blocks against LibTorch's own operations.

#include "support/all_vectors.hpp"

#include <tagloom/nn/bfloat16.hpp>
#include <tagloom/nn/lstm_sequence.hpp>
#include <tagloom/nn/sequence_weight.hpp>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>

#include <tuple>
#include <utility>
#include <vector>

namespace tagloom {
namespace {

using torch::autograd::grad;

/// Relative L2 distance.
double distance(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).norm() / b.norm().clamp_min(1e-12)).item<double>();
}

/// float32 must agree to rounding; bfloat16 to the 1 % that training bears.
constexpr double kRounding = 1e-5;
constexpr double kBfloat16 = 1e-2;

struct Case {
  at::ScalarType type;
  double tolerance;
};

class SequenceProducts : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override { at::manual_seed(1); }
};

INSTANTIATE_TEST_SUITE_P(, SequenceProducts,
                         ::testing::Values(Case{at::kFloat, kRounding}, Case{at::kBFloat16, kBfloat16}),
                         [](const auto& type) {
                           return type.param.type == at::kFloat ? "float32" : "bfloat16";
                         });

TEST_P(SequenceProducts, StepsOfOneWeightAgreeWithALinearLayerInValuesAndGradients) {
  const auto [type, tolerance] = GetParam();
  // Scaled so that tanh is not saturated, where rounding would show only as noise.
  const at::Tensor weight = (at::randn({7, 64}) * 0.1).set_requires_grad(true);
  at::Tensor start = at::randn({5, 64}).set_requires_grad(true);
  const at::Tensor back = at::randn({7, 64});
  // Each step's input depends on the step before, as in a recurrent network.
  const auto chain = [&](const auto& multiply) {
    at::Tensor x = start;
    at::Tensor total;
    for (int t = 0; t < 4; ++t) {
      const at::Tensor y = multiply(x).tanh();
      x = y.matmul(back) * 0.2 + x * 0.5;
      total = total.defined() ? total + y.square().sum() : y.square().sum();
    }
    return total;
  };
  const SequenceWeight steps(weight, type);
  const at::Tensor ours = chain([&](const at::Tensor& x) { return steps(x); });
  const at::Tensor theirs = chain([&](const at::Tensor& x) { return at::linear(x, weight); });
  EXPECT_LT(distance(ours, theirs), tolerance);
  const auto of_ours = grad({ours}, {weight, start});
  const auto of_theirs = grad({theirs}, {weight, start});
  EXPECT_LT(distance(of_ours[0], of_theirs[0]), tolerance);
  EXPECT_LT(distance(of_ours[1], of_theirs[1]), tolerance);
}

TEST_P(SequenceProducts, RefuseRowsOfAnotherWidth) {
  for (const std::int64_t rows : {3, 40})
    EXPECT_THROW(SequenceWeight(at::randn({1024, 64}), GetParam().type)(at::randn({rows, 65})), c10::Error);
}

TEST_P(SequenceProducts, RefuseBatchSizesThatDoNotFitTheRows) {
  const auto run = [&](const BatchSizes& sizes) {
    lstm_sequence(at::randn({5, 16}), sizes, {at::randn({3, 4}), at::randn({3, 4})}, at::randn({16, 4}),
                  GetParam().type);
  };
  EXPECT_NO_THROW(run({3, 2}));
  for (const BatchSizes& sizes : {BatchSizes{2, 3}, BatchSizes{3, 1}, BatchSizes{4, 1}, BatchSizes{}})
    EXPECT_THROW(run(sizes), c10::Error);
}

TEST_P(SequenceProducts, AWeightThatNoStepUsedHasNoGradient) {
  const at::Tensor weight = at::randn({3, 4}).set_requires_grad(true);
  const SequenceWeight unused(weight, GetParam().type);
  const SequenceWeight used(weight, GetParam().type);
  used(at::ones({2, 4})).sum().backward();
  EXPECT_NEAR(weight.grad().sum().item<double>(), 24, 0.1);
}

TEST_P(SequenceProducts, KeepLeadingDimensionsAndAddABias) {
  const auto [type, tolerance] = GetParam();
  const at::Tensor x = at::randn({2, 3, 8});
  const at::Tensor weight = at::randn({5, 8});
  const at::Tensor bias = at::randn({5});
  EXPECT_LT(distance(product(x, weight, bias, type), at::linear(x, weight, bias)), tolerance);
  EXPECT_EQ(product(x.to(at::kBFloat16), weight, bias, type).scalar_type(), at::kFloat);
}

/// Few rows and large weights have kernels of their own; 4, 6, 16 and 32 are what those take at a time.
TEST_P(SequenceProducts, OfFewRowsAgreeWithALinearLayerWhateverTheSizes) {
  testing::with_all_vectors([type = GetParam().type, tolerance = GetParam().tolerance] {
    for (const auto& [out, in] : {std::pair{261, 300}, {1024, 64}, {97, 1017}, {70, 1000}, {32, 2348}}) {
      const at::Tensor weight = (at::randn({out, in}) * 0.1).set_requires_grad(true);
      for (const std::int64_t rows :
           {1, 2, 3, 4, 5, 6, 7, 10, 11, 16, 17, 31, 32, 33, 64, 65, 144, 145, 513}) {
        const at::Tensor x = at::randn({rows, in}).set_requires_grad(true);
        const at::Tensor direction = at::randn({rows, out});
        const at::Tensor ours = SequenceWeight(weight, type)(x);
        const at::Tensor theirs = at::linear(x, weight);
        EXPECT_LT(distance(ours, theirs), tolerance) << rows << " rows, " << out << " x " << in;
        const auto of_ours = grad({(ours * direction).sum()}, {x, weight});
        const auto of_theirs = grad({(theirs * direction).sum()}, {x, weight});
        EXPECT_LT(distance(of_ours[0], of_theirs[0]), tolerance) << rows << " rows, " << out << " x " << in;
        EXPECT_LT(distance(of_ours[1], of_theirs[1]), tolerance) << rows << " rows, " << out << " x " << in;
      }
    }
  });
}

TEST(FewRows, DoNotDependOnTheNumberOfThreads) {
  const at::Tensor weight = at::randn({1000, 1017}).set_requires_grad(true);
  for (const std::int64_t rows : {5, 26}) {
    const at::Tensor x = at::randn({rows, 1017}).set_requires_grad(true);
    const auto all = [&] {
      const at::Tensor y = SequenceWeight(weight, at::kFloat)(x);
      const auto grads = grad({y.square().sum()}, {x, weight});
      return std::vector{y, grads[0], grads[1]};
    };
    const int threads = at::get_num_threads();
    at::set_num_threads(1);
    const auto of_one = all();
    at::set_num_threads(3);
    const auto of_three = all();
    at::set_num_threads(threads);
    for (std::size_t i = 0; i < of_one.size(); ++i)
      EXPECT_TRUE(of_one[i].equal(of_three[i])) << rows << " rows, " << i;
  }
}

/// What is left of the distance is rounding of the operands, which this compares without.
TEST(MatrixTiles, SumInFloat32) {
  if (!uses_matrix_tiles()) GTEST_SKIP() << "this processor has no matrix tiles (Intel AMX), or they are off";
  at::manual_seed(1);
  for (const auto& [rows, out, in] : {std::tuple{1, 261, 300},
                                      {17, 1024, 2348},
                                      {70, 97, 1017},
                                      {129, 300, 512},
                                      {33, 2048, 33},
                                      {65, 33, 2048}}) {
    const at::Tensor weight = at::randn({out, in}).to(at::kBFloat16).set_requires_grad(true);
    const at::Tensor x = at::randn({rows, in}).to(at::kBFloat16);
    const at::Tensor direction = at::randn({rows, out}).to(at::kBFloat16).to(at::kFloat);
    at::Tensor of_x = x.to(at::kFloat).set_requires_grad(true);
    const at::Tensor y = SequenceWeight(weight, at::kBFloat16)(of_x);
    EXPECT_LT(distance(y, at::linear(x.to(at::kFloat), weight.to(at::kFloat))), kRounding);
    const auto gradients = grad({(y * direction).sum()}, {of_x, weight});
    EXPECT_LT(distance(gradients[0], direction.mm(weight.to(at::kFloat))), kRounding);
    // Rounded once, when it is written.
    EXPECT_LT(distance(gradients[1].to(at::kFloat), direction.t().mm(x.to(at::kFloat))), 3e-3);
  }
}

TEST_P(SequenceProducts, LstmSequenceOfImagesThatEndEarlyAgreesWithLibTorchsInValuesAndGradients) {
  const auto [type, tolerance] = GetParam();
  // Large enough for the kernels of large weights, and no multiple of what they take at a time.
  const std::int64_t hidden = 136;
  const std::int64_t batch = 5;
  const auto parameter = [](at::IntArrayRef shape, double scale) {
    return (at::randn(shape) * scale).set_requires_grad(true);
  };
  const at::Tensor weight_ih = at::eye(4 * hidden);
  const at::Tensor weight_hh = parameter({4 * hidden, hidden}, 0.1);
  const at::Tensor h0 = parameter({batch, hidden}, 1);
  // Dense, but not row after row.
  const at::Tensor c0 = at::randn({hidden, batch}).t().set_requires_grad(true);
  const BatchSizes sizes = {5, 5, 3, 2, 2, 1};
  const at::Tensor gates = parameter({18, 4 * hidden}, 1);
  const at::Tensor ours = lstm_sequence(gates, sizes, {h0, c0}, weight_hh, type);
  const at::Tensor none = at::zeros({4 * hidden});
  const at::Tensor theirs =
      std::get<0>(at::lstm(gates, at::tensor(sizes), {h0.unsqueeze(0), c0.unsqueeze(0)},
                           {weight_ih, weight_hh, none, none}, true, 1, 0.0, true, false));
  EXPECT_LT(distance(ours, theirs), tolerance);
  const at::Tensor direction = at::randn_like(ours);
  const std::vector<at::Tensor> all = {gates, h0, c0, weight_hh};
  const auto of_ours = grad({(ours * direction).sum()}, all);
  const auto of_theirs = grad({(theirs * direction).sum()}, all);
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_LT(distance(of_ours[i], of_theirs[i]), tolerance) << "input " << i;
}

TEST_P(SequenceProducts, LstmSequenceAgreesWithTheLibrarysThatGpusUse) {
  const auto [type, tolerance] = GetParam();
  const auto parameter = [](at::IntArrayRef sizes) {
    return (at::randn(sizes) * 0.3).set_requires_grad(true);
  };
  const at::Tensor inputs = parameter({6, 5, 20});
  const LstmState start{parameter({5, 16}), parameter({5, 16})};
  const at::Tensor weight_ih = parameter({64, 20});
  const at::Tensor weight_hh = parameter({64, 16});
  const at::Tensor bias_ih = parameter({64});
  const at::Tensor bias_hh = parameter({64});
  const at::Tensor ours = lstm_sequence(product(inputs.flatten(0, 1), weight_ih, bias_ih + bias_hh, type),
                                        every_step(5, 6), start, weight_hh, type)
                              .view({6, 5, 16});
  const at::Tensor librarys = library_lstm(inputs, start, weight_ih, weight_hh, bias_ih, bias_hh, type);
  EXPECT_EQ(librarys.scalar_type(), at::kFloat);
  EXPECT_LT(distance(librarys, ours), tolerance);
  const std::vector<at::Tensor> all = {inputs,    start.hidden, start.cell, weight_ih,
                                       weight_hh, bias_ih,      bias_hh};
  const auto of_ours = grad({ours.square().sum()}, all);
  const auto of_librarys = grad({librarys.square().sum()}, all);
  // All of the library's numbers are rounded, states and sums, too.
  for (std::size_t i = 0; i < all.size(); ++i)
    EXPECT_LT(distance(of_librarys[i], of_ours[i]), 2 * tolerance) << "input " << i;
}

TEST(LstmStep, AgreesWithTheSequenceOfOneStep) {
  const at::Tensor gates = at::randn({3, 40}).set_requires_grad(true);
  const at::Tensor cell = at::randn({3, 10}).set_requires_grad(true);
  const at::Tensor sequence =
      lstm_sequence(gates, every_step(3, 1), {at::zeros({3, 10}), cell}, at::zeros({40, 10}), at::kFloat);
  const LstmState step = lstm_step(at::Tensor(gates), cell);
  EXPECT_TRUE(step.hidden.allclose(sequence));
  const auto of_step = grad({step.hidden.square().sum()}, {gates, cell});
  const auto of_sequence = grad({sequence.square().sum()}, {gates, cell});
  EXPECT_TRUE(of_step[0].allclose(of_sequence[0], 1e-4, 1e-6));
  EXPECT_TRUE(of_step[1].allclose(of_sequence[1], 1e-4, 1e-6));
  const at::NoGradGuard no_grad;
  EXPECT_TRUE(lstm_step(gates.clone(), cell).hidden.allclose(step.hidden));
}

}  // namespace
}  // namespace tagloom
