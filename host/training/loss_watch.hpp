#pragma once

/// Holds a loss to the promises that cost a look at numbers: at the first step of a run, and then no more,
/// since a GPU is waited for.

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>

namespace tagloom {
class Loss;
struct LabelBatch;
}  // namespace tagloom

namespace tagloom::training {

class LossWatch {
 public:
  /// The loss's kind and name.
  LossWatch(std::string kind, std::string name) : kind_(std::move(kind)), name_(std::move(name)) {}

  /// Before the loss is computed. Throws PluginError if its targets are none.
  void look_at_targets(const Loss& loss, const at::Tensor& logits, const LabelBatch& labels);
  /// After it was. Throws PluginError if it is no number though all logits are.
  void look_at_total(const at::Tensor& total, const at::Tensor& logits);

 private:
  std::string kind_;
  std::string name_;
  bool saw_targets_ = false;
  bool saw_total_ = false;
};

}  // namespace tagloom::training
