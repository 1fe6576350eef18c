#include "module/instance.hpp"

#include "example.hpp"
#include "threads.hpp"

#include <tagloom/conformance/promises/module.hpp>

#include <ATen/ATen.h>
#include <torch/autograd.h>

namespace tagloom::conformance {

Instance created(const ModuleCase& test, std::uint64_t seed) {
  at::manual_seed(seed);
  Instance instance = test.create();
  instance.module->eval();
  return instance;
}

Gradients gradients(const torch::nn::Module& module, const at::Tensor& logits) {
  Gradients found;
  std::vector<at::Tensor> parameters;
  for (const auto& parameter : module.named_parameters()) {
    if (!parameter.value().requires_grad()) continue;
    found.names.push_back(parameter.key());
    parameters.push_back(parameter.value());
  }
  // Nothing to differentiate, or nothing to differentiate by.
  if (parameters.empty() || !logits.requires_grad()) {
    found.values.resize(parameters.size());
    return found;
  }
  found.values = torch::autograd::grad({logits.to(at::kFloat).square().mean()}, parameters, {},
                                       /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true);
  return found;
}

void check_module_threads(Report& report, const ModuleCase& test) {
  constexpr std::uint64_t kSeed = 4;
  const Instance first = created(test, kSeed);
  const Instance second = created(test, kSeed);
  check_threads(report, {.call = test.call,
                         .result = "logits",
                         .first = [&] { return first.logits(at::kFloat); },
                         .second = [&] { return second.logits(at::kFloat); },
                         .tolerance = kRounding});
}

void check_module(Report& report, const ModuleCase& test) {
  report.part("create", [&] { report.add(broken_names(*created(test, 1).module)); });
  report.part("two instances of one seed", [&] { check_seed(report, test); });
  report.part("save and load", [&] { check_save_and_load(report, test); });
  report.part("mixed precision", [&] { check_mixed_precision(report, test); });
  report.part(test.call, [&] { check_module_threads(report, test); });
}

}  // namespace tagloom::conformance
