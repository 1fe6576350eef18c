#include <tagloom/conformance/promises/loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace tagloom::conformance {

Broken broken_kind(LogitsKind kind) {
  if (kind == LogitsKind::teacher_forced || kind == LogitsKind::free_running) return {};
  return fmt::format("logits_kind: it is {}, neither teacher_forced nor free_running",
                     static_cast<int>(kind));
}

Broken broken_targets(const at::Tensor& targets, const at::Tensor& logits) {
  if (auto shape =
          wrong_shape("targets: they are", targets, {{"images", logits.size(0)}, {"steps", logits.size(1)}}))
    return shape;
  if (auto type = wrong_type("targets: they are", targets, {at::kLong, at::kInt})) return type;
  const std::int64_t stop = logits.size(2) - 1;
  if (targets.numel() == 0) return {};
  const std::int64_t least = targets.min().item<std::int64_t>();
  const std::int64_t most = targets.max().item<std::int64_t>();
  if (least >= 0 && most <= stop) return {};
  return fmt::format("targets: a token is {}, not from 0 to the stop token {}", least < 0 ? least : most,
                     stop);
}

Broken broken_value(const LossValue& value, const at::Tensor& logits) {
  if (auto total = wrong_total(value.total, logits)) return total;
  if (value.weight.defined() && (value.weight.dim() != 0 || value.weight.requires_grad()))
    return "compute: the weight is " + shape_text(value.weight) +
           (value.weight.requires_grad() ? " with a gradient" : "") + ", not a scalar without gradient";
  for (const auto& [name, part] : value.parts)
    if (!part.defined() || part.dim() != 0 || part.requires_grad())
      return fmt::format("compute: the part {} is not a scalar without gradient", name);
  return {};
}

}  // namespace tagloom::conformance
