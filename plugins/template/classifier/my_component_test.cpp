#include "my_component.hpp"

#include <tagloom/conformance/classifier.hpp>
#include <tagloom/conformance/gtest.hpp>

#include <memory>

namespace my_component_plugin {
namespace {

const tagloom::ClassifierSetup kSetup{.labels = 10,
                                      .features = {.channels = 16, .map_height = 2, .map_width = 3}};

std::shared_ptr<Linear> made() {
  return std::make_shared<Linear>(tagloom::Options("my_component", Linear::options(), {}), kSetup);
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(tagloom::conformance::keeps_promises(tagloom::conformance::check_classifier(made, kSetup)));
}

TEST(my_component, ReadsTheFeature) {
  const auto classifier = made();
  classifier->eval();
  const at::NoGradGuard no_grad;
  const auto logits_of = [&](const at::Tensor& pooled) {
    return classifier->forward({.pooled = pooled, .map = {}, .concepts = {}});
  };
  EXPECT_FALSE(logits_of(at::ones({1, 16})).allclose(logits_of(at::zeros({1, 16}))));
}

}  // namespace
}  // namespace my_component_plugin
