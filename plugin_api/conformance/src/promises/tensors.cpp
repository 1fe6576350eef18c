#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

namespace tagloom::conformance {
namespace {

/// As PyTorch spells types.
std::string type_text(at::ScalarType type) {
  switch (type) {
    case at::kHalf:
      return "float16";
    case at::kBFloat16:
      return "bfloat16";
    case at::kFloat:
      return "float32";
    case at::kDouble:
      return "float64";
    case at::kLong:
      return "int64";
    default:
      return c10::toString(type);
  }
}

bool has_shape(const at::Tensor& tensor, std::initializer_list<Axis> axes) {
  return tensor.defined() && std::ranges::equal(tensor.sizes(), axes, {}, {}, &Axis::size);
}

}  // namespace

std::string shape_text(const at::Tensor& tensor) {
  return tensor.defined() ? fmt::format("[{}]", fmt::join(tensor.sizes(), ", ")) : "undefined";
}

Broken wrong_shape(std::string_view subject, const at::Tensor& tensor, std::initializer_list<Axis> axes) {
  if (has_shape(tensor, axes)) return {};
  std::vector<std::string> wanted;
  for (const Axis& axis : axes)
    wanted.push_back(fmt::format("{} = {}", axis.name, axis.size));
  return fmt::format("{} {}, not [{}]", subject, shape_text(tensor), fmt::join(wanted, ", "));
}

Broken wrong_type(std::string_view subject, const at::Tensor& tensor,
                  std::initializer_list<at::ScalarType> types) {
  if (std::ranges::find(types, tensor.scalar_type()) != types.end()) return {};
  std::vector<std::string> wanted;
  for (const at::ScalarType type : types)
    wanted.push_back(type_text(type));
  return fmt::format("{} {}, not {}", subject, type_text(tensor.scalar_type()), fmt::join(wanted, " or "));
}

Broken wrong_logits_type(std::string_view subject, const at::Tensor& logits, at::ScalarType features) {
  return features == at::kBFloat16 ? wrong_type(subject, logits, {at::kFloat, at::kBFloat16})
                                   : wrong_type(subject, logits, {at::kFloat});
}

Broken wrong_total(const at::Tensor& total, const at::Tensor& logits) {
  if (!total.defined() || total.dim() != 0)
    return fmt::format("compute: the total is {}, not a scalar", shape_text(total));
  if (auto type = wrong_type("compute: the total is", total, {at::kFloat})) return type;
  if (logits.requires_grad() && at::GradMode::is_enabled() && !total.requires_grad())
    return "compute: the total carries no gradient for the logits";
  return {};
}

Broken without_gradient(std::string_view call, const at::Tensor& logits) {
  if (logits.requires_grad()) return {};
  return fmt::format("{}: logits carry no gradient", call);
}

Broken not_finite(std::string_view call, const at::Tensor& logits) {
  if (is_finite(logits)) return {};
  return fmt::format("{}: logits are not finite", call);
}

bool is_finite(const at::Tensor& tensor) {
  const at::NoGradGuard no_grad;
  return tensor.isfinite().all().item<bool>();
}

}  // namespace tagloom::conformance
