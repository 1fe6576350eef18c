/// Cross entropy of teacher-forced logits (Jin & Nakayama, ICPR 2016, eq. 8): the mean over all tokens of the
/// batch that count, which are each image's labels and one stop.

#include <tagloom/loss.hpp>
#include <tagloom/nn/sequence_loss.hpp>
#include <tagloom/plugin.hpp>

namespace tagloom {

class CrossEntropy : public Loss {
 public:
  static std::vector<OptionSpec> options() { return SequenceCrossEntropy::options(); }

  explicit CrossEntropy(const Options& options) : cross_entropy_(SequenceCrossEntropy::from(options)) {}

  [[nodiscard]] LogitsKind logits_kind() const override { return LogitsKind::teacher_forced; }

  [[nodiscard]] LossValue compute(const at::Tensor& logits, const LabelBatch& labels) const override {
    at::Tensor total = cross_entropy_(logits, labels.targets, labels.mask());
    return {total, {{"cross_entropy", total.detach()}}, cross_entropy_.weight(labels.mask())};
  }

 private:
  SequenceCrossEntropy cross_entropy_;
};

}  // namespace tagloom

TAGLOOM_LOSS(cross_entropy, tagloom::CrossEntropy, "Mean negative log-likelihood of the labels and one stop",
             "Jin & Nakayama, Annotation Order Matters: Recurrent Image Annotator, ICPR 2016")
