#pragma once

/// The cross entropy of teacher-forced logits: the mean of -log p(target) over each image's labels and one
/// stop.

#include <tagloom/loss.hpp>
#include <tagloom/options.hpp>

#include <vector>

namespace my_component_plugin {

class CrossEntropy : public tagloom::Loss {
 public:
  static std::vector<tagloom::OptionSpec> options();
  explicit CrossEntropy(const tagloom::Options& options);

  [[nodiscard]] tagloom::LogitsKind logits_kind() const override {
    return tagloom::LogitsKind::teacher_forced;
  }
  [[nodiscard]] tagloom::LossValue compute(const at::Tensor& logits,
                                           const tagloom::LabelBatch& labels) const override;

 private:
  double stop_weight_;
};

}  // namespace my_component_plugin
