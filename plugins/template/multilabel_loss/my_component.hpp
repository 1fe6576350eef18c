#pragma once

/// The binary cross entropy of every label, averaged over labels and images.

#include <tagloom/multilabel_loss.hpp>
#include <tagloom/options.hpp>

#include <vector>

namespace my_component_plugin {

class BinaryCrossEntropy : public tagloom::MultilabelLoss {
 public:
  static std::vector<tagloom::OptionSpec> options();
  explicit BinaryCrossEntropy(const tagloom::Options& options);

  [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const override;

 private:
  double positive_weight_;
};

}  // namespace my_component_plugin
