#include <tagloom/nn/dropout.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

TEST(Dropout, DropsTheGivenShareAndKeepsTheMean) {
  at::manual_seed(1);
  const at::Tensor y = parallel_dropout(at::ones({1000, 1001}), 0.3, true);
  EXPECT_NEAR(y.eq(0).to(at::kDouble).mean().item<double>(), 0.3, 0.002);
  EXPECT_NEAR(y.to(at::kDouble).mean().item<double>(), 1, 0.003);
  // Neighbours and rows are independent of one another.
  const at::Tensor kept = y.ne(0).to(at::kDouble);
  EXPECT_NEAR((kept.narrow(1, 1, 1000) * kept.narrow(1, 0, 1000)).mean().item<double>(), 0.49, 0.003);
  EXPECT_NEAR((kept.narrow(0, 1, 999) * kept.narrow(0, 0, 999)).mean().item<double>(), 0.49, 0.003);
}

TEST(Dropout, FollowsLibTorchsSeedAndDrawsAnewAtEachCall) {
  const at::Tensor x = at::ones({77});
  at::manual_seed(5);
  const at::Tensor first = parallel_dropout(x, 0.5, true);
  const at::Tensor second = parallel_dropout(x, 0.5, true);
  at::manual_seed(5);
  EXPECT_TRUE(parallel_dropout(x, 0.5, true).equal(first));
  EXPECT_FALSE(first.equal(second));
}

TEST(Dropout, IsNothingInEvaluationAndDifferentiableInTraining) {
  at::Tensor x = at::ones({4, 5}).set_requires_grad(true);
  EXPECT_TRUE(parallel_dropout(x, 0.5, false).is_same(x));
  const at::Tensor y = parallel_dropout(x, 0.5, true);
  y.sum().backward();
  EXPECT_TRUE(x.grad().equal(y.detach()));
  EXPECT_EQ(parallel_dropout(at::ones({3}, at::kBFloat16), 0.5, true).scalar_type(), at::kBFloat16);
}

}  // namespace
}  // namespace tagloom
