#include "my_component.hpp"

#include <tagloom/conformance/gtest.hpp>
#include <tagloom/conformance/loss.hpp>

#include <ATen/ATen.h>

#include <cmath>
#include <map>
#include <memory>
#include <string>

namespace my_component_plugin {
namespace {

std::unique_ptr<CrossEntropy> made(const std::map<std::string, std::string>& options = {}) {
  return std::make_unique<CrossEntropy>(tagloom::Options("my_component", CrossEntropy::options(), options));
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(tagloom::conformance::keeps_promises(tagloom::conformance::check_loss([] { return made(); })));
}

TEST(my_component, IsTheLogarithmOfTheOutputsWhereAllAreEquallyProbable) {
  const tagloom::Vocabulary vocabulary({"sky", "bear", "grass"});
  const std::vector<std::vector<std::int64_t>> sequences = {{0, 1}, {2}};
  const tagloom::LabelBatch labels = tagloom::make_label_batch(sequences, vocabulary, 4);
  const at::Tensor logits = at::zeros({2, 4, 4});
  EXPECT_NEAR(made()->compute(logits, labels).total.item<double>(), std::log(4.0), 1e-6);
  // A weighted mean of equal costs is their mean.
  EXPECT_NEAR(made({{"stop_weight", "0.5"}})->compute(logits, labels).total.item<double>(), std::log(4.0),
              1e-6);
}

}  // namespace
}  // namespace my_component_plugin
