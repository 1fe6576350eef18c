#include "training/recorded_step.hpp"

#include <tagloom/base/error.hpp>

namespace tagloom::training {

bool has_cuda_graphs() {
  return false;
}

struct RecordedStep::Impl {};

RecordedStep::RecordedStep(std::vector<at::Tensor> /*parameters*/, Step /*step*/) {}

RecordedStep::~RecordedStep() = default;

at::Tensor RecordedStep::operator()(const Features& /*features*/, const LabelBatch& /*labels*/) {
  throw UsageError("This tagloom was built without CUDA; leave out --cuda-graph.");
}

}  // namespace tagloom::training
