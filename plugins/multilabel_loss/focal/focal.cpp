/// Focal loss (Lin et al., ICCV 2017, eq. 4, without alpha): binary cross entropy in which a label counts
/// less the better it is known, by the factor `(1 - p)^gamma` with p the probability given to the truth.

#include <tagloom/multilabel_loss.hpp>
#include <tagloom/options.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

class Focal : public MultilabelLoss {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "gamma", .default_value = 2.0, .help = "focusing exponent", .minimum = 0}};
  }

  explicit Focal(const Options& options) : gamma_(options.real("gamma")) {}

  [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const override {
    const at::Tensor cross_entropy =
        at::binary_cross_entropy_with_logits(logits, multi_hot, {}, {}, at::Reduction::None);
    return ((1 - (-cross_entropy).exp()).pow(gamma_) * cross_entropy).mean();
  }

 private:
  double gamma_;
};

}  // namespace tagloom

TAGLOOM_MULTILABEL_LOSS(focal, tagloom::Focal, "Binary cross entropy that counts well-known labels less",
                        "Lin et al., Focal Loss for Dense Object Detection, ICCV 2017")
