#pragma once

/// A classifier that scores every label by one linear layer on the pooled feature.

#include <tagloom/classifier.hpp>

#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include <vector>

namespace my_component_plugin {

class Linear : public tagloom::Classifier {
 public:
  static std::vector<tagloom::OptionSpec> options();
  Linear(const tagloom::Options& options, const tagloom::ClassifierSetup& setup);

  [[nodiscard]] tagloom::FeatureNeeds needs() const override { return {.pooled = true}; }
  at::Tensor forward(const tagloom::Features& features) override;

 private:
  torch::nn::Dropout dropout_ = nullptr;
  torch::nn::Linear output_ = nullptr;
};

}  // namespace my_component_plugin
