/// Asymmetric loss, ASL (Ridnik et al., ICCV 2021, eq. 4 to 7): focal loss with an exponent of its own for
/// the labels an image lacks, which are most, and a margin below which such a label costs nothing:
///
///     L+ = (1 - p)^gamma_positive log p,   L- = p_m^gamma_negative log(1 - p_m),   p_m = max(p - margin, 0)
///
/// As in the authors' code no gradient flows through the two focusing factors.

#include <tagloom/multilabel_loss.hpp>
#include <tagloom/options.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

class Asymmetric : public MultilabelLoss {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "gamma_negative",
             .default_value = 4.0,
             .help = "focusing exponent of labels that an image lacks",
             .minimum = 0},
            {.name = "gamma_positive",
             .default_value = 0.0,
             .help = "focusing exponent of labels that an image has",
             .minimum = 0},
            {.name = "margin",
             .default_value = 0.05,
             .help = "probability that is forgiven to a label that an image lacks",
             .minimum = 0,
             .maximum = 0.99}};
  }

  explicit Asymmetric(const Options& options)
      : gamma_negative_(options.real("gamma_negative")),
        gamma_positive_(options.real("gamma_positive")),
        margin_(options.real("margin")) {}

  [[nodiscard]] at::Tensor compute(const at::Tensor& logits, const at::Tensor& multi_hot) const override {
    constexpr double kLeast = 1e-8;
    const at::Tensor p = logits.sigmoid();
    const at::Tensor shifted = (p - margin_).clamp_min(0);
    const at::Tensor negative = 1 - multi_hot;
    const at::Tensor log_likelihood =
        multi_hot * p.clamp_min(kLeast).log() + negative * (1 - shifted).clamp_min(kLeast).log();
    const at::Tensor focus =
        (multi_hot * (1 - p).pow(gamma_positive_) + negative * shifted.pow(gamma_negative_)).detach();
    return -(focus * log_likelihood).mean();
  }

 private:
  double gamma_negative_;
  double gamma_positive_;
  double margin_;
};

}  // namespace tagloom

TAGLOOM_MULTILABEL_LOSS(asymmetric, tagloom::Asymmetric,
                        "Focal loss that tells labels an image has from those it lacks",
                        "Ridnik et al., Asymmetric Loss for Multi-Label Classification, ICCV 2021")
