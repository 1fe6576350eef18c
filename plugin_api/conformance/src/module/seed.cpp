#include "example.hpp"
#include "module/instance.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace tagloom::conformance {
namespace {

constexpr std::uint64_t kSeed = 1;

bool equal_tensors(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  return std::ranges::equal(a, b, [](const at::Tensor& x, const at::Tensor& y) { return x.equal(y); });
}

at::Tensor seeded_logits(const Instance& instance) {
  at::manual_seed(kSeed);
  return instance.logits(at::kFloat);
}

}  // namespace

void check_seed(Report& report, const ModuleCase& test) {
  const at::NoGradGuard no_grad;
  const Instance first = created(test, kSeed);
  const Instance second = created(test, kSeed);
  if (!equal_tensors(first.module->parameters(), second.module->parameters())) {
    report.demand(
        false,
        "create: two instances made after the same seed have other parameters; draw from LibTorch's "
        "generator alone");
    return;
  }
  report.demand(close(first.logits(at::kFloat), first.logits(at::kFloat)),
                test.call + ": two calls in evaluation mode give other logits");
  first.module->train();
  second.module->train();
  report.demand(close(seeded_logits(first), seeded_logits(second)),
                test.call +
                    ": two instances in training mode give other logits after the same seed; draw from "
                    "LibTorch's generator alone");
}

}  // namespace tagloom::conformance
