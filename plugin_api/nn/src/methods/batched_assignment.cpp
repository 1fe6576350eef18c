#include <tagloom/nn/batched_assignment.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

namespace tagloom {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

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

/// The Hungarian method as `minimum_cost_assignment` has it, in step for all images: row after row is
/// assigned along a shortest augmenting path. Paths of row r have at most r + 1 columns, so as many steps are
/// taken; an image whose path has ended repeats its last one, which changes nothing.
class AugmentingPaths {
 public:
  explicit AugmentingPaths(const at::Tensor& cost)
      : cost_(cost),
        n_(cost.size(1)),
        row_potential_(at::zeros({cost.size(0), n_}, cost.options())),
        column_potential_(at::zeros_like(row_potential_)),
        row_of_column_(at::full({cost.size(0), n_}, -1, cost.options().dtype(at::kLong))),
        column_of_row_(at::zeros_like(row_of_column_)) {}

  at::Tensor solve() && {
    for (std::int64_t row = 0; row < n_; ++row)
      assign(row);
    return column_of_row_;
  }

 private:
  void assign(std::int64_t first_row) {
    const std::int64_t batch = cost_.size(0);
    const at::Tensor reduced = cost_ - row_potential_.unsqueeze(2) - column_potential_.unsqueeze(1);
    at::Tensor distance = at::full({batch, n_}, kInfinity, cost_.options());
    at::Tensor from = at::full_like(row_of_column_, first_row);
    // Infinity where the shortest path is known.
    const at::Tensor known = at::zeros_like(distance);
    at::Tensor row = at::full({batch, 1}, first_row, row_of_column_.options());
    at::Tensor length = at::zeros({batch, 1}, cost_.options());
    at::Tensor end = at::zeros_like(row);
    at::Tensor ended = at::zeros({batch, 1}, cost_.options().dtype(at::kBool));
    for (std::int64_t step = 0; step <= first_row; ++step) {
      const at::Tensor through =
          reduced.gather(1, row.unsqueeze(2).expand({batch, 1, n_})).squeeze(1) + length + known;
      const at::Tensor nearer = through.lt(distance);
      distance = at::where(nearer, through, distance);
      from = at::where(nearer, row, from);
      const auto [shortest, column] = (distance + known).min(1, /*keepdim=*/true);
      length = at::where(ended, length, shortest);
      end = at::where(ended, end, column);
      known.scatter_(1, end, kInfinity);
      const at::Tensor holder = row_of_column_.gather(1, end);
      ended = holder.lt(0);
      row = holder.clamp_min(0);
    }
    update_potentials(first_row, length, at::where(known.eq(0), length, distance));
    augment(first_row, end, from);
  }

  /// `distance` is `length` where no path is known.
  void update_potentials(std::int64_t first_row, const at::Tensor& length, const at::Tensor& distance) {
    const at::Tensor by = length - distance;
    column_potential_ -= by;
    row_potential_.narrow(1, 0, first_row) += by.gather(1, column_of_row_.narrow(1, 0, first_row));
    row_potential_.narrow(1, first_row, 1) += length;
  }

  void augment(std::int64_t first_row, at::Tensor column, const at::Tensor& from) {
    for (std::int64_t step = 0; step <= first_row; ++step) {
      const at::Tensor row = from.gather(1, column);
      const at::Tensor left = column_of_row_.gather(1, row);
      row_of_column_.scatter_(1, column, row);
      column_of_row_.scatter_(1, row, column);
      column = at::where(row.eq(first_row), column, left);
    }
  }

  at::Tensor cost_;
  std::int64_t n_;
  at::Tensor row_potential_;
  at::Tensor column_potential_;
  /// -1 for a column that has none.
  at::Tensor row_of_column_;
  at::Tensor column_of_row_;
};

}  // namespace

at::Tensor cheapest_permutations(const at::Tensor& cost) {
  TORCH_CHECK(cost.dim() == 3 && cost.size(1) == cost.size(2) && cost.scalar_type() == at::kDouble,
              "costs are float64 [batch, n, n], but are ", cost.scalar_type(), " ", cost.sizes());
  const at::NoGradGuard no_grad;
  if (cost.size(1) == 0) return at::zeros({cost.size(0), 0}, cost.options().dtype(at::kLong));
  return cost.size(1) <= kRowsBySubsets ? by_subsets(cost) : AugmentingPaths(cost).solve();
}

}  // namespace tagloom
