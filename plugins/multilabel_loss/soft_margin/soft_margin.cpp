/// Multi-label soft margin loss (PyTorch's MultiLabelSoftMarginLoss): binary cross entropy of every label's
/// sigmoid, averaged over labels and images.

#include <tagloom/multilabel_loss.hpp>
#include <tagloom/options.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

class SoftMargin : public MultilabelLoss {
 public:
  static std::vector<OptionSpec> options() { return {}; }

  explicit SoftMargin(const Options& /*options*/) {}

  [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const override {
    return at::binary_cross_entropy_with_logits(logits, multi_hot);
  }
};

}  // namespace tagloom

TAGLOOM_MULTILABEL_LOSS(soft_margin, tagloom::SoftMargin, "Binary cross entropy of every label",
                        "Liu et al., Semantic Regularisation for Recurrent Image Annotation, CVPR 2017")
