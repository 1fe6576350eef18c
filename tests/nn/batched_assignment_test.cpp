#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/batched_assignment.hpp>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace tagloom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// `[batch]`: what the columns cost together.
at::Tensor totals(const at::Tensor& cost, const at::Tensor& columns) {
  return cost.gather(2, columns.unsqueeze(2)).squeeze(2).sum(1);
}

/// What the solver on the host finds, a matrix at a time. It knows no infinity: what is forbidden costs so
/// much that it is never worth it, and so little that nothing is lost by rounding.
at::Tensor on_the_host(const at::Tensor& cost) {
  const at::Tensor finite = at::where(cost.eq(kInfinity), at::full_like(cost, 1e6), cost).contiguous();
  std::vector<at::Tensor> columns;
  for (std::int64_t image = 0; image < cost.size(0); ++image) {
    const at::Tensor one = finite[image];
    const auto found = minimum_cost_assignment(
        {one.data_ptr<double>(), static_cast<std::size_t>(one.numel())}, cost.size(1));
    columns.push_back(at::tensor(found, at::kLong));
  }
  return at::stack(columns);
}

void expect_cheapest(const at::Tensor& cost, const char* what) {
  const at::Tensor found = cheapest_permutations(cost);
  const std::int64_t n = cost.size(1);
  const at::Tensor sorted = std::get<0>(found.sort(1));
  EXPECT_TRUE(sorted.eq(at::arange(n)).all().item<bool>()) << "no permutations: " << what << ", " << n;
  const at::Tensor difference = totals(cost, found) - totals(cost, on_the_host(cost));
  EXPECT_LE(difference.abs().max().item<double>(), 1e-11 * static_cast<double>(n)) << what << ", " << n;
  EXPECT_TRUE(cheapest_permutations(cost).equal(found)) << "not the same twice: " << what << ", " << n;
}

at::Tensor random_costs(std::int64_t batch, std::int64_t n) {
  return at::rand({batch, n, n}, at::kDouble) * 12;
}

/// Sizes with so many matrices of each: some 3,700 of every sort of matrix, and some of the largest.
void for_sizes(const std::function<void(std::int64_t batch, std::int64_t n)>& test) {
  for (std::int64_t n = 1; n <= 14; ++n)
    test(250, n);
  for (const std::int64_t n : {19, 33})
    test(100, n);
  test(8, 64);
}

TEST(BatchedAssignment, CostsWhatTheHostsCosts) {
  at::manual_seed(1);
  for_sizes([](std::int64_t batch, std::int64_t n) { expect_cheapest(random_costs(batch, n), "random"); });
}

TEST(BatchedAssignment, TiesAreBrokenSomehowAndAlwaysAlike) {
  at::manual_seed(2);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    expect_cheapest(random_costs(batch, n).div(4).round(), "few values");
    expect_cheapest(at::ones({2, n, n}, at::kDouble), "all alike");
    // Every row or every column alike.
    expect_cheapest(random_costs(2, n).narrow(1, 0, 1).expand({2, n, n}), "equal rows");
    expect_cheapest(random_costs(2, n).narrow(2, 0, 1).expand({2, n, n}), "equal columns");
  });
}

TEST(BatchedAssignment, WhatIsForbiddenIsNotTaken) {
  at::manual_seed(3);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    // One permutation of each stays allowed.
    const at::Tensor kept = at::rand({batch, n}).argsort(std::int64_t{1}, false).unsqueeze(2);
    const at::Tensor forbidden = at::rand({batch, n, n}).lt(0.7).scatter(2, kept, false);
    expect_cheapest(random_costs(batch, n).masked_fill(forbidden, kInfinity), "forbidden pairs");
  });
}

/// Images with fewer labels than the batch has places, as alignment makes them.
TEST(BatchedAssignment, PaddedMatricesAreSolvedAsIfTheyWereAlone) {
  at::manual_seed(4);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    const at::Tensor real = at::arange(n).lt(at::randint(n + 1, {batch, 1}));
    const at::Tensor both = real.unsqueeze(1).logical_and(real.unsqueeze(2));
    const at::Tensor mixed = real.unsqueeze(1).logical_xor(real.unsqueeze(2));
    const at::Tensor cost =
        random_costs(batch, n).masked_fill(both.logical_not(), 0.0).masked_fill(mixed, kInfinity);
    expect_cheapest(cost, "padded");
    const at::Tensor found = cheapest_permutations(cost);
    EXPECT_TRUE(found.lt(real.sum(1, true)).eq(real).all().item<bool>()) << n;
  });
}

TEST(BatchedAssignment, HugeAndEqualCostsStayExact) {
  at::manual_seed(5);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    // The cost of a probability that float32 rounds to 0 beside those of common ones.
    expect_cheapest(random_costs(batch, n).masked_fill(at::rand({batch, n, n}).lt(0.3), 1000.0), "huge");
  });
}

TEST(BatchedAssignment, NothingThatIsNoNumberLeavesTheMatrix) {
  for (const std::int64_t n : {3, 12}) {
    const at::Tensor found = cheapest_permutations(at::full({2, n, n}, std::nan(""), at::kDouble));
    EXPECT_TRUE(found.ge(0).logical_and(found.lt(n)).all().item<bool>()) << n;
  }
}

TEST(BatchedAssignment, IsTheSameOnAGpu) {
  if (!at::hasCUDA()) GTEST_SKIP() << "no GPU, or a LibTorch without CUDA";
  at::manual_seed(6);
  for_sizes([](std::int64_t batch, std::int64_t n) {
    for (const at::Tensor& cost : {random_costs(batch, n), random_costs(batch, n).div(4).round()}) {
      const at::Tensor found = cheapest_permutations(cost.to(at::kCUDA)).to(at::kCPU);
      const at::Tensor difference = totals(cost, found) - totals(cost, cheapest_permutations(cost));
      EXPECT_LE(difference.abs().max().item<double>(), 1e-11 * static_cast<double>(n)) << n;
    }
  });
}

TEST(BatchedAssignment, OfNothingIsNothing) {
  EXPECT_EQ(cheapest_permutations(at::zeros({3, 0, 0}, at::kDouble)).sizes(), (at::IntArrayRef{3, 0}));
}

}  // namespace
}  // namespace tagloom
