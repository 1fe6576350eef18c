#include "training/logits_watch.hpp"

#include "registry/promises.hpp"

#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::training {
namespace {

bool all_finite(const std::vector<at::Tensor>& tensors) {
  return std::ranges::all_of(
      tensors, [](const at::Tensor& tensor) { return !tensor.defined() || conformance::is_finite(tensor); });
}

}  // namespace

void LogitsWatch::look(const at::Tensor& logits, const char* call, const torch::nn::Module& part,
                       const Features& features) {
  if (!at::GradMode::is_enabled()) return;
  registry::require_kept(kind_, name_, conformance::without_gradient(call, logits));
  if (seen_finite_) return;
  // A GPU is waited for once, not at every step: later it is the loss that is looked at, at the epoch's end.
  const auto broken = conformance::not_finite(call, logits);
  if (broken && all_finite({features.pooled, features.map, features.concepts}) &&
      all_finite(part.parameters()))
    registry::require_kept(kind_, name_, broken);
  seen_finite_ = true;
}

}  // namespace tagloom::training
