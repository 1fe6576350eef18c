#include <tagloom/nn/sequence_loss.hpp>

#include <ATen/ATen.h>

namespace tagloom {

std::vector<OptionSpec> SequenceCrossEntropy::options() {
  return {{.name = "per_image",
           .default_value = false,
           .help = "average within each image first, then over the images"},
          {.name = "label_smoothing",
           .default_value = 0.0,
           .help = "probability spread evenly over all outputs",
           .minimum = 0,
           .maximum = 0.99}};
}

SequenceCrossEntropy SequenceCrossEntropy::from(const Options& options) {
  return {.per_image = options.flag("per_image"), .label_smoothing = options.real("label_smoothing")};
}

at::Tensor SequenceCrossEntropy::operator()(const at::Tensor& logits, const at::Tensor& targets,
                                            const at::Tensor& counted) const {
  // Weighted sums rather than a boolean index: no copy of the logits, and no synchronisation on a GPU.
  const at::Tensor per_token =
      at::cross_entropy_loss(logits.flatten(0, 1).to(at::kFloat), targets.flatten(), /*weight=*/{},
                             at::Reduction::None, /*ignore_index=*/-100, label_smoothing)
          .view_as(targets);
  const at::Tensor ones = counted.to(at::kFloat);
  const at::Tensor weight = per_image ? ones / ones.sum(1, /*keepdim=*/true) : ones;
  return (per_token * weight).sum() / weight.sum();
}

at::Tensor SequenceCrossEntropy::weight(const at::Tensor& counted) const {
  return (per_image ? counted.any(1) : counted).sum().to(at::kFloat);
}

}  // namespace tagloom
