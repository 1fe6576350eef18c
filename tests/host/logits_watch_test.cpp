#include "training/logits_watch.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <cmath>

namespace tagloom::training {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

class WatchedLogits : public ::testing::Test {
 protected:
  void look(double feature, double factor) {
    const Features features{.pooled = at::full({1, 1}, feature), .map = {}, .concepts = {}};
    watch_.look(part_->forward(features.pooled) * factor, "forward", *part_, features);
  }

  const double nan_ = std::nan("");
  torch::nn::Linear part_{torch::nn::LinearOptions(1, 1)};
  LogitsWatch watch_{"classifier", "wobbly"};
};

TEST_F(WatchedLogits, ThatAreNoNumbersAreThePartsFault) {
  EXPECT_THAT([&] { look(1, nan_); },
              ThrowsMessage<PluginError>(HasSubstr("classifier wobbly breaks a promise of its kind: forward: "
                                                   "logits are not finite")));
}

TEST_F(WatchedLogits, OfFeaturesThatAreNoNumbersAreNobodysFault) {
  EXPECT_NO_THROW(look(nan_, 1));
}

TEST_F(WatchedLogits, OfWeightsThatAreNoNumbersAreNobodysFault) {
  const at::NoGradGuard no_grad;
  part_->weight.fill_(nan_);
  const at::AutoGradMode training(true);
  EXPECT_NO_THROW(look(1, 1));
}

TEST_F(WatchedLogits, AreReadOnceOnly) {
  look(1, 1);
  EXPECT_NO_THROW(look(1, nan_));
}

TEST_F(WatchedLogits, NeedAGradientWhereOneIsRecorded) {
  part_->weight.set_requires_grad(false);
  part_->bias.set_requires_grad(false);
  EXPECT_THAT([&] { look(1, 1); },
              ThrowsMessage<PluginError>(HasSubstr("forward: logits carry no gradient")));
  const at::NoGradGuard no_grad;
  EXPECT_NO_THROW(look(1, 1));
}

}  // namespace
}  // namespace tagloom::training
