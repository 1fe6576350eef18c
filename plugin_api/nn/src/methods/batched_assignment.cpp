#include "methods/device/assignment_arguments.cuh"

#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/batched_assignment.hpp>
#include <tagloom/nn/device_kernels.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

namespace tagloom::device {
extern const char* const assignment_source;
}

namespace tagloom {
namespace {

/// Beyond, `2^n n` numbers an image are more than a copy to the host is worth.
constexpr std::int64_t kRowsBySubsets = 10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

DeviceKernels& assignment_kernel() {
  // The driver may be gone when static objects are destroyed.
  static auto* const made = new DeviceKernels("assignment", device::assignment_source);
  return *made;
}

/// Held and Karp's recursion: what the first rows cost at least for each set of as many columns. `2^n n`
/// numbers an image.
at::Tensor by_subsets(const at::Tensor& cost) {
  const std::int64_t n = cost.size(1);
  const at::Tensor columns = at::arange(n, cost.options().dtype(at::kLong));
  const at::Tensor bits = at::bitwise_left_shift(at::ones_like(columns), columns);
  const at::Tensor sets = at::arange(std::int64_t{1} << n, columns.options()).unsqueeze(1);
  const at::Tensor without_column = sets.bitwise_xor(bits).flatten();
  const at::Tensor unless_in_set =
      at::zeros({sets.size(0), n}, cost.options()).masked_fill(sets.bitwise_and(bits).eq(0), kInfinity);
  at::Tensor least = at::full({cost.size(0), sets.size(0)}, kInfinity, cost.options());
  least.select(1, 0).zero_();
  std::vector<at::Tensor> last_columns;
  for (std::int64_t row = 0; row < n; ++row) {
    const at::Tensor through = least.index_select(1, without_column).view({-1, sets.size(0), n}) +
                               unless_in_set + cost.select(1, row).unsqueeze(1);
    at::Tensor last_column;
    std::tie(least, last_column) = through.min(2);
    last_columns.push_back(last_column);
  }
  at::Tensor set = at::full({cost.size(0), 1}, sets.size(0) - 1, columns.options());
  std::vector<at::Tensor> chosen;
  for (std::int64_t row = n - 1; row >= 0; --row) {
    chosen.push_back(last_columns[static_cast<std::size_t>(row)].gather(1, set));
    set = set.bitwise_xor(bits.index_select(0, chosen.back().flatten()).unsqueeze(1));
  }
  std::ranges::reverse(chosen);
  return at::cat(chosen, 1);
}

at::Tensor by_kernel(const at::Tensor& cost) {
  const at::Tensor costs = cost.contiguous();
  const at::Tensor columns = at::empty({costs.size(0), costs.size(1)}, costs.options().dtype(at::kLong));
  assignment_kernel().launch(
      costs.device(), "assign_columns", {.blocks = costs.size(0), .threads = device::kAssignmentThreads},
      costs.data_ptr<double>(), columns.data_ptr<std::int64_t>(), static_cast<int>(costs.size(1)));
  return columns;
}

at::Tensor on_the_host(const at::Tensor& cost) {
  const at::Tensor costs = cost.to(at::kCPU).contiguous();
  const std::int64_t n = costs.size(1);
  const at::Tensor columns = at::empty({costs.size(0), n}, at::kLong);
  for (std::int64_t image = 0; image < costs.size(0); ++image)
    std::ranges::copy(minimum_cost_assignment(
                          {costs.data_ptr<double>() + image * n * n, static_cast<std::size_t>(n * n)}, n),
                      columns.data_ptr<std::int64_t>() + image * n);
  return columns.to(cost.device());
}

}  // namespace

std::int64_t rows_assigned_on(at::Device device) {
  return assignment_kernel().available(device) ? device::kMostRows : kRowsBySubsets;
}

at::Tensor cheapest_permutations(const at::Tensor& cost) {
  TORCH_CHECK(cost.dim() == 3 && cost.size(1) == cost.size(2) && cost.scalar_type() == at::kDouble,
              "costs are float64 [batch, n, n], but are ", cost.scalar_type(), " ", cost.sizes());
  const at::NoGradGuard no_grad;
  const std::int64_t n = cost.size(1);
  if (cost.numel() == 0) return at::zeros({cost.size(0), n}, cost.options().dtype(at::kLong));
  if (n > rows_assigned_on(cost.device())) return on_the_host(cost);
  return assignment_kernel().available(cost.device()) ? by_kernel(cost) : by_subsets(cost);
}

}  // namespace tagloom
