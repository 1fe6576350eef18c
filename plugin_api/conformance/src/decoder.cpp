#include "example.hpp"

#include <tagloom/conformance/decoder.hpp>

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace tagloom::conformance {
namespace {

constexpr std::int64_t kBatch = 3;
constexpr std::int64_t kSteps = 5;
/// The third image ends after two steps, and nobody takes the fifth.
const BatchSizes kFewer = {3, 3, 2, 2};

class DecoderCheck {
 public:
  DecoderCheck(Decoder& decoder, const DecoderSetup& setup);
  Violations run() &&;

 private:
  void check_step();
  void check_fused_equals_stepwise(const BatchSizes& sizes);
  void check_steps_not_taken();
  void check_batch_independence();
  void check_select();

  void demand(bool kept, const std::string& promise) {
    if (!kept) violations_.push_back(promise);
  }
  std::vector<at::Tensor> gradients(const at::Tensor& logits) const;
  Decoder& decoder_;
  std::int64_t outputs_;
  Features features_;
  /// Previous tokens `[batch, steps]`: the start token, then labels.
  at::Tensor tokens_;
  std::vector<at::Tensor> parameters_;
  std::vector<std::string> names_;
  Violations violations_;
};

DecoderCheck::DecoderCheck(Decoder& decoder, const DecoderSetup& setup)
    : decoder_(decoder), outputs_(setup.labels + 1) {
  features_ = example_features(kBatch, setup.features, setup.labels);
  tokens_ = at::arange(kBatch * kSteps, at::kLong).remainder(setup.labels).view({kBatch, kSteps});
  tokens_.select(1, 0).fill_(setup.labels + 1);
  for (const auto& parameter : decoder.named_parameters()) {
    if (!parameter.value().requires_grad()) continue;
    parameters_.push_back(parameter.value());
    names_.push_back(parameter.key());
  }
  decoder_.eval();
}

std::vector<at::Tensor> DecoderCheck::gradients(const at::Tensor& logits) const {
  return torch::autograd::grad({logits.square().mean()}, parameters_, {}, /*retain_graph=*/false,
                               /*create_graph=*/false, /*allow_unused=*/true);
}

void DecoderCheck::check_step() {
  const DecoderState state = decoder_.begin(features_);
  for (const auto& [name, tensor] : state.tensors)
    demand(tensor.dim() > 0 && tensor.size(0) == kBatch, "begin: state \"" + name + "\" has shape " +
                                                             shape_text(tensor) +
                                                             ", its first dimension must be the hypothesis");
  for (const auto& [name, tensor] : state.memory)
    demand(tensor.dim() > 0 && tensor.size(0) == kBatch, "begin: memory \"" + name + "\" has shape " +
                                                             shape_text(tensor) +
                                                             ", its first dimension must be the image");
  const DecoderStep step = decoder_.step(tokens_.select(1, 0), state);
  demand(step.logits.sizes() == at::IntArrayRef({kBatch, outputs_}),
         "step: logits have shape " + shape_text(step.logits) + ", not [hypotheses, labels + 1]");
  demand(step.logits.isfinite().all().item<bool>(), "step: logits are not finite");
  if (!step.attention.defined()) return;
  demand(step.attention.sizes() == at::IntArrayRef({kBatch, features_.map.size(1)}),
         "step: attention has shape " + shape_text(step.attention) + ", not [hypotheses, pixels]");
  demand(close(step.attention.sum(1), at::ones({kBatch})),
         "step: attention does not sum to one over the pixels");
}

void DecoderCheck::check_fused_equals_stepwise(const BatchSizes& sizes) {
  const at::Tensor fused = decoder_.teacher_forced(features_, tokens_, sizes);
  const at::Tensor loop = decoder_.Decoder::teacher_forced(features_, tokens_, sizes);
  demand(close(fused, loop), "teacher_forced: logits differ from those of the loop over step");
  const auto grad_fused = gradients(fused);
  const auto grad_loop = gradients(loop);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    demand(grad_loop[i].defined(), "parameter " + names_[i] + " receives no gradient");
    if (grad_loop[i].defined())
      demand(grad_fused[i].defined() && close(grad_fused[i], grad_loop[i]),
             "teacher_forced: the gradient of " + names_[i] + " differs from that of the loop over step");
  }
}

/// The same logits as with every step where one is taken, and zeros elsewhere.
void DecoderCheck::check_steps_not_taken() {
  const at::NoGradGuard no_grad;
  const auto steps = static_cast<std::int64_t>(kFewer.size());
  const std::int64_t early = kFewer.back();
  const at::Tensor fewer = decoder_.teacher_forced(features_, tokens_, kFewer);
  const at::Tensor all = decoder_.teacher_forced(features_, tokens_);
  demand(fewer.sizes() == all.sizes() && fewer.narrow(1, steps, kSteps - steps).eq(0).all().item<bool>() &&
             fewer.narrow(0, early, kBatch - early).narrow(1, 2, kSteps - 2).eq(0).all().item<bool>(),
         "teacher_forced: logits are not zero where no step is taken");
  demand(close(fewer.narrow(0, 0, early).narrow(1, 0, steps), all.narrow(0, 0, early).narrow(1, 0, steps)),
         "teacher_forced: logits depend on which images take later steps");
}

void DecoderCheck::check_batch_independence() {
  const at::NoGradGuard no_grad;
  const at::Tensor last = at::tensor({kBatch - 1}, at::kLong);
  const at::Tensor alone = decoder_.teacher_forced(features_.select(last), tokens_.index_select(0, last));
  demand(close(alone[0], decoder_.teacher_forced(features_, tokens_)[kBatch - 1]),
         "teacher_forced: an image's logits depend on the other images of its batch");
}

/// Search replicates, drops and reorders hypotheses between steps.
void DecoderCheck::check_select() {
  const at::NoGradGuard no_grad;
  const DecoderStep first = decoder_.step(tokens_.select(1, 0), decoder_.begin(features_));
  const at::Tensor next = decoder_.step(tokens_.select(1, 1), first.state).logits;
  const at::Tensor token = tokens_.select(1, 1);
  const at::Tensor twice = at::arange(kBatch, at::kLong).repeat_interleave(2);
  const DecoderState widened = first.state.select(twice);
  demand(close(decoder_.step(token.index_select(0, twice), widened).logits, next.index_select(0, twice)),
         "step: a state whose rows were selected does not continue as the original would");
  const at::Tensor images = at::tensor({kBatch - 1, std::int64_t{0}}, at::kLong);
  const at::Tensor rows = images.repeat_interleave(2);
  const DecoderState kept = widened.select_images(images, 2);
  demand(close(decoder_.step(token.index_select(0, rows), kept).logits, next.index_select(0, rows)),
         "step: a state whose images were selected does not continue as the original would");
}

Violations DecoderCheck::run() && {
  check_step();
  if (!violations_.empty()) return std::move(violations_);
  check_fused_equals_stepwise(every_step(kBatch, kSteps));
  if (violations_.empty()) check_fused_equals_stepwise(kFewer);
  check_steps_not_taken();
  check_batch_independence();
  check_select();
  return std::move(violations_);
}

}  // namespace

Violations check_decoder(Decoder& decoder, const DecoderSetup& setup) {
  return DecoderCheck(decoder, setup).run();
}

}  // namespace tagloom::conformance
