/// Assignment of batches: on the CPU, and by a GPU's kernel as C++ on an emulated one.

#include "support/emulated_gpu.hpp"

#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/batched_assignment.hpp>
#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <tuple>
#include <vector>

namespace tagloom::device {
extern const char* const assignment_source;
}

// The kernel as C++.
// clang-format off
#include "../../plugin_api/nn/src/methods/device/assignment_arguments.cuh"
#include "../../plugin_api/nn/src/methods/device/assignment.cuh"
// clang-format on

namespace tagloom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

at::Tensor by_emulated_kernel(const at::Tensor& cost, bool backward) {
  const at::Tensor costs = cost.contiguous();
  const at::Tensor columns = at::full({cost.size(0), cost.size(1)}, -1, at::kLong);
  static_assert(sizeof(long long) == sizeof(std::int64_t));
  auto* const to = static_cast<long long*>(columns.data_ptr());
  device::emulate(
      {.blocks = static_cast<unsigned>(cost.size(0)),
       .threads = device::kAssignmentThreads,
       .backward = backward},
      [&] { device::assign_columns(costs.data_ptr<double>(), to, static_cast<int>(cost.size(1))); });
  return columns;
}

enum class Way { on_cpu, by_kernel };

class BatchedAssignment : public ::testing::TestWithParam<Way> {
 protected:
  /// What is asked for `again` is computed in another order.
  [[nodiscard]] static at::Tensor solved(const at::Tensor& cost, bool again = false) {
    return GetParam() == Way::on_cpu ? cheapest_permutations(cost) : by_emulated_kernel(cost, again);
  }

  static void expect_cheapest(const at::Tensor& cost, const char* what);

  /// Sizes with so many matrices of each. Every operation of an emulated thread takes its time.
  static void for_sizes(const std::function<void(std::int64_t batch, std::int64_t n)>& test) {
    const bool on_cpu = GetParam() == Way::on_cpu;
    for (std::int64_t n = 1; n <= 14; ++n)
      test(on_cpu ? 250 : 8, n);
    for (const std::int64_t n : {19, 32, 33})
      test(on_cpu ? 100 : 2, n);
    test(on_cpu ? 8 : 1, 64);
  }
};

INSTANTIATE_TEST_SUITE_P(, BatchedAssignment, ::testing::Values(Way::on_cpu, Way::by_kernel),
                         [](const auto& way) {
                           return way.param == Way::on_cpu ? "OnACpu" : "ByAnEmulatedKernel";
                         });

/// `[batch]`: what the columns cost together.
at::Tensor totals(const at::Tensor& cost, const at::Tensor& columns) {
  return cost.gather(2, columns.unsqueeze(2)).squeeze(2).sum(1);
}

/// What the solver on the host finds, a matrix at a time.
at::Tensor on_the_host(const at::Tensor& cost) {
  const at::Tensor costs = cost.contiguous();
  std::vector<at::Tensor> columns;
  for (std::int64_t image = 0; image < cost.size(0); ++image) {
    const at::Tensor one = costs[image];
    const auto found = minimum_cost_assignment(
        {one.data_ptr<double>(), static_cast<std::size_t>(one.numel())}, cost.size(1));
    columns.push_back(at::tensor(found, at::kLong));
  }
  return at::stack(columns);
}

void BatchedAssignment::expect_cheapest(const at::Tensor& cost, const char* what) {
  const at::Tensor found = solved(cost);
  const std::int64_t n = cost.size(1);
  const at::Tensor sorted = std::get<0>(found.sort(1));
  EXPECT_TRUE(sorted.eq(at::arange(n)).all().item<bool>()) << "no permutations: " << what << ", " << n;
  const at::Tensor difference = totals(cost, found) - totals(cost, on_the_host(cost));
  EXPECT_LE(difference.abs().max().item<double>(), 1e-11 * static_cast<double>(n)) << what << ", " << n;
  EXPECT_TRUE(solved(cost, true).equal(found)) << "not the same twice: " << what << ", " << n;
}

at::Tensor random_costs(std::int64_t batch, std::int64_t n) {
  return at::rand({batch, n, n}, at::kDouble) * 12;
}

TEST_P(BatchedAssignment, CostsWhatTheHostsCosts) {
  at::manual_seed(1);
  for_sizes([](std::int64_t batch, std::int64_t n) { expect_cheapest(random_costs(batch, n), "random"); });
}

TEST_P(BatchedAssignment, TiesAreBrokenSomehowAndAlwaysAlike) {
  at::manual_seed(2);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    expect_cheapest(random_costs(batch, n).div(4).round(), "few values");
    expect_cheapest(at::ones({2, n, n}, at::kDouble), "all alike");
    // Every row or every column alike.
    expect_cheapest(random_costs(2, n).narrow(1, 0, 1).expand({2, n, n}), "equal rows");
    expect_cheapest(random_costs(2, n).narrow(2, 0, 1).expand({2, n, n}), "equal columns");
  });
}

TEST_P(BatchedAssignment, WhatIsForbiddenIsNotTaken) {
  at::manual_seed(3);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    // One permutation of each stays allowed.
    const at::Tensor kept = at::rand({batch, n}).argsort(std::int64_t{1}, false).unsqueeze(2);
    const at::Tensor forbidden = at::rand({batch, n, n}).lt(0.7).scatter(2, kept, false);
    expect_cheapest(random_costs(batch, n).masked_fill(forbidden, kInfinity), "forbidden pairs");
  });
}

/// Images with fewer labels than the batch has places, as alignment makes them.
TEST_P(BatchedAssignment, PaddedMatricesAreSolvedAsIfTheyWereAlone) {
  at::manual_seed(4);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    const at::Tensor real = at::arange(n).lt(at::randint(n + 1, {batch, 1}));
    const at::Tensor both = real.unsqueeze(1).logical_and(real.unsqueeze(2));
    const at::Tensor mixed = real.unsqueeze(1).logical_xor(real.unsqueeze(2));
    const at::Tensor cost =
        random_costs(batch, n).masked_fill(both.logical_not(), 0.0).masked_fill(mixed, kInfinity);
    expect_cheapest(cost, "padded");
    const at::Tensor found = solved(cost);
    EXPECT_TRUE(found.lt(real.sum(1, true)).eq(real).all().item<bool>()) << n;
  });
}

TEST_P(BatchedAssignment, HugeAndEqualCostsStayExact) {
  at::manual_seed(5);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    // The cost of a probability that float32 rounds to 0 beside those of common ones.
    expect_cheapest(random_costs(batch, n).masked_fill(at::rand({batch, n, n}).lt(0.3), 1000.0), "huge");
  });
}

TEST_P(BatchedAssignment, NothingThatIsNoNumberLeavesTheMatrixOrHangs) {
  at::manual_seed(7);
  for (const std::int64_t n : {3, 12, 33, 64}) {
    const at::Tensor some = at::rand({2, n, n}).lt(0.4);
    for (const double value : {std::nan(""), kInfinity, -kInfinity}) {
      for (const at::Tensor& cost :
           {at::full({2, n, n}, value, at::kDouble), random_costs(2, n).masked_fill(some, value)}) {
        const at::Tensor found = solved(cost);
        EXPECT_TRUE(found.ge(0).logical_and(found.lt(n)).all().item<bool>()) << value << ", " << n;
      }
    }
  }
}

TEST(BatchedAssignmentOnAGpu, CostsWhatTheCpusCosts) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU, or a LibTorch without CUDA";
  ASSERT_EQ(rows_assigned_on(at::Device(at::kCUDA, 0)), 64);
  at::manual_seed(6);
  for (std::int64_t n = 1; n <= 65; ++n) {
    for (const at::Tensor& cost : {random_costs(100, n), random_costs(100, n).div(4).round()}) {
      const at::Tensor found = cheapest_permutations(cost.to(at::kCUDA)).to(at::kCPU);
      const at::Tensor difference = totals(cost, found) - totals(cost, cheapest_permutations(cost));
      EXPECT_LE(difference.abs().max().item<double>(), 1e-11 * static_cast<double>(n)) << n;
    }
  }
}

TEST(BatchedAssignmentSource, CompilesForEveryGenerationOfGpusWithoutWarnings) {
  if (!has_kernel_compiler()) GTEST_SKIP() << "no NVRTC here";
  for (const int capability : {80, 90, 100})
    EXPECT_EQ(compile_device_kernels("assignment", device::assignment_source, capability).log, "");
}

TEST(BatchedAssignmentOfNothing, IsNothing) {
  EXPECT_EQ(cheapest_permutations(at::zeros({3, 0, 0}, at::kDouble)).sizes(), (at::IntArrayRef{3, 0}));
  EXPECT_EQ(cheapest_permutations(at::zeros({0, 3, 3}, at::kDouble)).sizes(), (at::IntArrayRef{0, 3}));
}

}  // namespace
}  // namespace tagloom
