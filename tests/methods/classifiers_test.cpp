#include "built_plugins.hpp"
#include "registry/kinds/classifier.hpp"
#include "registry/kinds/multilabel_loss.hpp"

#include <tagloom/classifier.hpp>
#include <tagloom/conformance/classifier.hpp>
#include <tagloom/conformance/multilabel_loss.hpp>
#include <tagloom/multilabel_loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tagloom {
namespace {

using testing::built_plugins;
using ::testing::IsEmpty;

double loss_of(const std::string& name, const at::Tensor& logits, const at::Tensor& truth,
               const registry::Assignments& options = {}) {
  return built_plugins()
      .create<MultilabelLoss>(name, options)
      .component->compute(logits, truth)
      .item<double>();
}

const at::Tensor kLogits = at::tensor({0.3F, -0.7F, 2.0F, -1.5F}).view({2, 2});
const at::Tensor kTruth = at::tensor({1.F, 0.F, 0.F, 0.F}).view({2, 2});

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

TEST(MultilabelLosses, KeepThePromisesOfTheirKind) {
  for (const char* name : {"soft_margin", "focal", "asymmetric"})
    EXPECT_THAT(conformance::check_multilabel_loss(
                    [&] { return built_plugins().create<MultilabelLoss>(name, {}).component; }),
                IsEmpty())
        << name;
}

TEST(SoftMargin, IsTheMeanBinaryCrossEntropy) {
  const double expected =
      -(std::log(sigmoid(0.3)) + std::log(sigmoid(0.7)) + std::log(sigmoid(-2.0)) + std::log(sigmoid(1.5))) /
      4;
  EXPECT_NEAR(loss_of("soft_margin", kLogits, kTruth), expected, 1e-6);
}

TEST(Focal, WithoutFocusIsTheSoftMargin) {
  EXPECT_NEAR(loss_of("focal", kLogits, kTruth, {{"gamma", "0"}}), loss_of("soft_margin", kLogits, kTruth),
              1e-6);
}

TEST(Focal, WeighsEachLabelByWhatIsMissingToTheTruth) {
  const auto term = [](double p) { return -std::pow(1 - p, 2) * std::log(p); };
  const double expected =
      (term(sigmoid(0.3)) + term(sigmoid(0.7)) + term(sigmoid(-2.0)) + term(sigmoid(1.5))) / 4;
  EXPECT_NEAR(loss_of("focal", kLogits, kTruth), expected, 1e-6);
}

TEST(Asymmetric, FollowsThePapersEquations) {
  const auto negative = [](double logit) {
    const double p = std::max(sigmoid(logit) - 0.05, 0.0);
    return -std::pow(p, 4) * std::log(1 - p);
  };
  const double expected = (-std::log(sigmoid(0.3)) + negative(-0.7) + negative(2.0) + negative(-1.5)) / 4;
  EXPECT_NEAR(loss_of("asymmetric", kLogits, kTruth), expected, 1e-6);
}

TEST(Asymmetric, ForgivesALabelBelowTheMargin) {
  const at::Tensor unlikely = at::full({1, 1}, -4.0F);  // p = 0.018
  EXPECT_EQ(loss_of("asymmetric", unlikely, at::zeros({1, 1})), 0);
}

TEST(Classifiers, KeepThePromisesOfTheirKind) {
  const ClassifierSetup setup{.labels = 7, .features = {.channels = 5, .map_height = 2, .map_width = 3}};
  for (const char* name : {"linear", "attention_pooled"})
    EXPECT_THAT(conformance::check_classifier(
                    [&] { return built_plugins().create<Classifier>(name, {}, setup).component; }, setup),
                IsEmpty())
        << name;
}

TEST(AttentionPooled, WithoutAttentionIsTheLinearClassifierOfTheMean) {
  const ClassifierSetup setup{.labels = 3, .features = {.channels = 4, .map_height = 1, .map_width = 3}};
  const auto pooled =
      built_plugins().create<Classifier>("attention_pooled", {{"lambda", "0"}}, setup).component;
  const auto linear = built_plugins().create<Classifier>("linear", {}, setup).component;
  const at::NoGradGuard no_grad;
  for (const auto& parameter : linear->named_parameters())
    parameter.value().copy_(pooled->named_parameters()[parameter.key()]);
  pooled->eval();
  linear->eval();
  const at::Tensor map = at::randn({2, 3, 4});
  EXPECT_TRUE(pooled->forward({.map = map}).allclose(linear->forward({.pooled = map.mean(1)}), 1e-5, 1e-6));
}

}  // namespace
}  // namespace tagloom
