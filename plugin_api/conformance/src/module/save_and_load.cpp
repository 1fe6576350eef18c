#include "example.hpp"
#include "module/instance.hpp"

#include <ATen/ATen.h>

#include <map>

namespace tagloom::conformance {
namespace {

/// What a checkpoint holds of a module.
std::map<std::string, at::Tensor> stored(const torch::nn::Module& module) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& parameter : module.named_parameters())
    tensors.emplace(parameter.key(), parameter.value());
  for (const auto& buffer : module.named_buffers()) {
    if (buffer.value().defined()) tensors.emplace(buffer.key(), buffer.value());
  }
  return tensors;
}

/// As training does, and differently for every number; running statistics move by the call.
void move(const Instance& instance) {
  for (at::Tensor& parameter : instance.module->parameters()) {
    if (parameter.requires_grad())
      parameter.add_(at::arange(parameter.numel(), at::kFloat).sin().mul(0.01).view_as(parameter));
  }
  instance.module->train();
  (void)instance.logits(at::kFloat);
  instance.module->eval();
}

}  // namespace

void check_save_and_load(Report& report, const ModuleCase& test) {
  const at::NoGradGuard no_grad;
  const Instance saved = created(test, 1);
  const Instance loaded = created(test, 2);
  move(saved);
  const auto from = stored(*saved.module);
  const auto to = stored(*loaded.module);
  for (const auto& [name, tensor] : from) {
    const auto own = to.find(name);
    if (own == to.end() || own->second.sizes() != tensor.sizes()) {
      report.demand(false, "create: two instances differ in the name or the shape of " + name);
      return;
    }
    at::Tensor(own->second).copy_(tensor);
  }
  report.demand(close(loaded.logits(at::kFloat), saved.logits(at::kFloat)),
                "save and load: an instance with the parameters and buffers of another gives other logits; "
                "register all that differs between them (register_parameter, register_buffer)");
}

}  // namespace tagloom::conformance
