#include "my_component.hpp"

#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace my_component_plugin {

std::vector<tagloom::OptionSpec> BinaryCrossEntropy::options() {
  return {{.name = "positive_weight",
           .default_value = 1.0,
           .help = "how much a label that an image has counts beside one that it has not",
           .minimum = 0.001,
           .maximum = 1000}};
}

BinaryCrossEntropy::BinaryCrossEntropy(const tagloom::Options& options)
    : positive_weight_(options.real("positive_weight")) {}

at::Tensor BinaryCrossEntropy::compute(const at::Tensor& logits, const at::Tensor& multi_hot) const {
  // In float32, whatever the logits are computed in.
  const at::Tensor scores = logits.to(at::kFloat);
  return at::binary_cross_entropy_with_logits(scores, multi_hot, /*weight=*/{},
                                              at::full({1}, positive_weight_, scores.options()));
}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_MULTILABEL_LOSS(my_component, my_component_plugin::BinaryCrossEntropy,
                        "Binary cross entropy of every label", "")
