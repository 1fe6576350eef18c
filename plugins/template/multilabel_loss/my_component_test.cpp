#include "my_component.hpp"

#include <tagloom/conformance/gtest.hpp>
#include <tagloom/conformance/multilabel_loss.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>

namespace my_component_plugin {
namespace {

std::unique_ptr<BinaryCrossEntropy> made(const std::map<std::string, std::string>& options = {}) {
  return std::make_unique<BinaryCrossEntropy>(
      tagloom::Options("my_component", BinaryCrossEntropy::options(), options));
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(tagloom::conformance::keeps_promises(
      tagloom::conformance::check_multilabel_loss([] { return made(); })));
}

TEST(my_component, CountsLabelsThatAreThereAsOftenAsItIsTold) {
  const at::Tensor logits = at::zeros({1, 2});
  const at::Tensor multi_hot = at::tensor({1.0F, 0.0F}).view({1, 2});
  EXPECT_NEAR(made()->compute(logits, multi_hot).item<double>(), std::log(2.0), 1e-6);
  EXPECT_NEAR(made({{"positive_weight", "3"}})->compute(logits, multi_hot).item<double>(), 2 * std::log(2.0),
              1e-6);
}

}  // namespace
}  // namespace my_component_plugin
