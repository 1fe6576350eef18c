#pragma once

/// A training step as a CUDA graph: what forward and backward pass launch is recorded once and repeated with
/// one launch, for models whose kernels are shorter than it takes to launch them.
///
/// Built against a LibTorch with CUDA; no test has run it, since none runs on a GPU.

#include <tagloom/features.hpp>
#include <tagloom/labels.hpp>

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

namespace tagloom::training {

/// Whether this build has CUDA graphs: a LibTorch with CUDA, and CUDA's headers.
bool has_cuda_graphs();

class RecordedStep {
 public:
  /// Forward and backward pass: returns the loss, and leaves gradients with the parameters.
  using Step = std::function<at::Tensor(const Features& features, const LabelBatch& labels)>;

  /// `step` must do the same for all batches, read nothing back, and not depend on `LabelBatch::sequences`.
  RecordedStep(std::vector<at::Tensor> parameters, Step step);
  ~RecordedStep();
  RecordedStep(const RecordedStep&) = delete;
  RecordedStep& operator=(const RecordedStep&) = delete;

  /// The loss, which the next call overwrites. The first batches run as they are, as do batches of another
  /// shape than the recorded one. Throws UsageError if the step cannot be recorded.
  at::Tensor operator()(const Features& features, const LabelBatch& labels);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace tagloom::training
