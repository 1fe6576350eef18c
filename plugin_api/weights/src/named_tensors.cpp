#include "tensor_text.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>
#include <tagloom/weights/named_tensors.hpp>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include <algorithm>
#include <map>

namespace tagloom {
namespace {

constexpr std::size_t kNamesListed = 5;

/// ", 3 missing (a, b, c)"; nothing when there are none.
std::string listed(const std::vector<std::string>& names, const std::string& kind) {
  if (names.empty()) return "";
  std::string text = "; " + std::to_string(names.size()) + " " + kind + ": ";
  for (std::size_t i = 0; i < std::min(names.size(), kNamesListed); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kNamesListed ? text + ", ..." : text;
}

std::map<std::string, at::Tensor> by_name(const NamedTensors& tensors) {
  return {tensors.begin(), tensors.end()};
}

}  // namespace

NamedTensors named_tensors(const torch::nn::Module& module) {
  NamedTensors tensors;
  for (const auto& item : module.named_parameters())
    tensors.emplace_back(item.key(), item.value().detach());
  for (const auto& item : module.named_buffers())
    tensors.emplace_back(item.key(), item.value().detach());
  return tensors;
}

void load_strictly(torch::nn::Module& module, const NamedTensors& weights, std::string_view what) {
  const std::map<std::string, at::Tensor> given = by_name(weights);
  const std::map<std::string, at::Tensor> wanted = by_name(named_tensors(module));
  std::vector<std::string> missing;
  std::vector<std::string> unexpected;
  std::vector<std::string> misshapen;
  for (const auto& [name, target] : wanted) {
    const auto found = given.find(name);
    if (found == given.end()) {
      if (!name.ends_with("num_batches_tracked")) missing.push_back(tensor_name(name));
    } else if (found->second.sizes() != target.sizes()) {
      misshapen.push_back(tensor_name(name) + " " + shape_text(found->second.sizes()) + " instead of " +
                          shape_text(target.sizes()));
    }
  }
  for (const auto& [name, tensor] : given)
    if (!wanted.contains(name)) unexpected.push_back(tensor_name(name));
  if (!missing.empty() || !unexpected.empty() || !misshapen.empty())
    throw DataError(std::string(what) + " do not fit" + listed(missing, "missing") +
                    listed(unexpected, "unexpected") + listed(misshapen, "of another shape") +
                    "; give the weights of this very network.");

  // Only now is anything written: a refused file leaves the module as it was.
  const at::NoGradGuard no_grad;
  for (auto [name, target] : wanted) {
    const auto found = given.find(name);
    if (found != given.end()) target.copy_(found->second);
  }
}

std::string fingerprint(const NamedTensors& weights) {
  Hasher hasher;
  for (const auto& [name, tensor] : by_name(weights)) {
    const at::Tensor values = tensor.detach().to(at::kCPU).contiguous();
    hasher.update(name).update(c10::toString(values.scalar_type())).update(shape_text(values.sizes()));
    hasher.update(std::span(static_cast<const std::byte*>(values.data_ptr()), values.nbytes()));
  }
  return hasher.hex();
}

}  // namespace tagloom
