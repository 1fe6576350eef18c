/// Cross entropy of teacher-forced logits: the mean over all tokens of the batch that count, which are each
/// image's labels and one stop (Jin & Nakayama, ICPR 2016, eq. 8, summed over the sequence). Long sequences
/// weigh more; `per_image` takes each image's own mean first.

#include <tagloom/loss.hpp>
#include <tagloom/options.hpp>
#include <tagloom/plugin.hpp>

#include <ATen/ATen.h>

namespace tagloom {

class CrossEntropy : public Loss {
 public:
  static std::vector<OptionSpec> options() {
    return {{.name = "per_image",
             .default_value = false,
             .help = "average within each image first, then over the images"},
            {.name = "label_smoothing",
             .default_value = 0.0,
             .help = "probability spread evenly over all outputs",
             .minimum = 0,
             .maximum = 0.99}};
  }

  explicit CrossEntropy(const Options& options)
      : per_image_(options.flag("per_image")), label_smoothing_(options.real("label_smoothing")) {}

  [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::teacher_forced; }

  [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
    // Weighted sums rather than a boolean index: no copy of the logits, and no synchronisation on a GPU.
    const at::Tensor per_token =
        at::cross_entropy_loss(logits.flatten(0, 1).to(at::kFloat), labels.targets.flatten(), /*weight=*/{},
                               at::Reduction::None, /*ignore_index=*/-100, label_smoothing_)
            .view_as(labels.targets);
    const at::Tensor counted = labels.mask().to(at::kFloat);
    const at::Tensor weight = per_image_ ? counted / counted.sum(1, /*keepdim=*/true) : counted;
    at::Tensor total = (per_token * weight).sum() / weight.sum();
    return {total, {{"cross_entropy", total.detach()}}};
  }

 private:
  bool per_image_;
  double label_smoothing_;
};

}  // namespace tagloom

TAGLOOM_LOSS(cross_entropy, tagloom::CrossEntropy, "Mean negative log-likelihood of the labels and one stop",
             "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
