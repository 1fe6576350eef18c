#include "my_component.hpp"

#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace my_component_plugin {

std::vector<tagloom::OptionSpec> CrossEntropy::options() {
  return {{.name = "stop_weight",
           .default_value = 1.0,
           .help = "how much the stop counts beside a label",
           .minimum = 0,
           .maximum = 1000}};
}

CrossEntropy::CrossEntropy(const tagloom::Options& options) : stop_weight_(options.real("stop_weight")) {}

tagloom::LossValue CrossEntropy::compute(const at::Tensor& logits, const tagloom::LabelBatch& labels) const {
  // In float32, whatever the logits are computed in; the last output is the stop.
  const at::Tensor log_probs = logits.to(at::kFloat).log_softmax(2);
  const at::Tensor is_stop = labels.targets.eq(logits.size(2) - 1);
  // Targets behind an image's stop count nothing, and neither may their logits.
  const at::Tensor weights =
      at::where(is_stop, stop_weight_, 1.0).to(at::kFloat).masked_fill(labels.mask().logical_not(), 0);
  const at::Tensor costs = -log_probs.gather(2, labels.targets.unsqueeze(2)).squeeze(2);
  const at::Tensor weight = weights.sum();
  at::Tensor total = (costs * weights).sum() / weight;
  return {.total = total, .parts = {{"my_component", total.detach()}}, .weight = weight};
}

}  // namespace my_component_plugin

TAGLOOM_ABOUT("0.1.0", "Whoever wrote it", "not said")
TAGLOOM_LOSS(my_component, my_component_plugin::CrossEntropy,
             "Mean negative log-likelihood of the labels and one stop", "")
