#include "threads.hpp"

#include "example.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <barrier>
#include <future>

namespace tagloom::conformance {
namespace {

at::Tensor computed(const std::function<at::Tensor()>& call) {
  const at::NoGradGuard no_grad;
  return call();
}

}  // namespace

void check_threads(Report& report, const TwoInstances& instances) {
  const at::Tensor expected = computed(instances.first);
  const auto as_expected = [&](const at::Tensor& result) {
    return close(result, expected, instances.tolerance);
  };
  report.part(instances.call + " from another thread", [&] {
    const at::Tensor there = std::async(std::launch::async, computed, instances.first).get();
    report.demand(as_expected(there),
                  instances.call + ": called from another thread it gives other " + instances.result);
  });
  report.part(instances.call + " from two threads at once", [&] {
    std::barrier together(2);
    const auto all_as_expected = [&](const std::function<at::Tensor()>& call) {
      // Whoever throws must not leave the other one waiting.
      together.arrive_and_wait();
      bool all = true;
      for (int i = 0; i < instances.times; ++i)
        all &= as_expected(computed(call));
      return all;
    };
    auto other = std::async(std::launch::async, all_as_expected, instances.second);
    const bool here = all_as_expected(instances.first);
    report.demand(other.get() && here,
                  instances.call + ": two instances, each used by a thread at the same time, give other " +
                      instances.result + " than one alone");
  });
}

}  // namespace tagloom::conformance
