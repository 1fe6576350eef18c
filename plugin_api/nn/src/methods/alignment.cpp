#include <tagloom/base/error.hpp>
#include <tagloom/nn/alignment.hpp>
#include <tagloom/nn/batched_assignment.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <limits>

namespace tagloom {
namespace {

constexpr double kForbidden = std::numeric_limits<double>::infinity();

/// Rows are assigned one after another, each along a shortest augmenting path in reduced costs. Index 0 of
/// the column arrays is a root from which every path starts. A path takes each column once at most, and so it
/// ends, even where there is no number to go by.
class Assignment {
 public:
  Assignment(std::span<const double> cost, std::int64_t n)
      : cost_(cost),
        n_(static_cast<std::size_t>(n)),
        row_potential_(n_ + 1),
        column_potential_(n_ + 1),
        row_of_column_(n_ + 1),
        previous_(n_ + 1),
        distance_(n_ + 1),
        done_(n_ + 1) {}

  std::vector<std::int64_t> solve() && {
    for (std::size_t row = 1; row <= n_; ++row)
      augment(shortest_path_end(row));
    std::vector<std::int64_t> column_of_row(n_);
    for (std::size_t column = 1; column <= n_; ++column)
      column_of_row[row_of_column_[column] - 1] = static_cast<std::int64_t>(column) - 1;
    return column_of_row;
  }

 private:
  double reduced_cost(std::size_t row, std::size_t column) const {
    return cost_[(row - 1) * n_ + column - 1] - row_potential_[row] - column_potential_[column];
  }

  /// Grows a tree of shortest paths from `row` until it reaches a column that has no row yet.
  std::size_t shortest_path_end(std::size_t row) {
    std::ranges::fill(distance_, std::numeric_limits<double>::infinity());
    std::fill(done_.begin(), done_.end(), false);
    std::ranges::fill(previous_, 0);
    row_of_column_[0] = row;
    std::size_t column = 0;
    while (row_of_column_[column] != 0) {
      done_[column] = true;
      column = nearest_column_after(column);
    }
    return column;
  }

  std::size_t nearest_column_after(std::size_t reached) {
    const std::size_t row = row_of_column_[reached];
    std::size_t nearest = 0;
    double step = std::numeric_limits<double>::infinity();
    for (std::size_t column = 1; column <= n_; ++column) {
      if (done_[column]) continue;
      if (const double through = reduced_cost(row, column); through < distance_[column]) {
        distance_[column] = through;
        previous_[column] = reached;
      }
      if (nearest == 0 || distance_[column] < step) {
        step = distance_[column];
        nearest = column;
      }
    }
    for (std::size_t column = 0; column <= n_; ++column) {
      if (done_[column]) {
        row_potential_[row_of_column_[column]] += step;
        column_potential_[column] -= step;
      } else {
        distance_[column] -= step;
      }
    }
    return nearest;
  }

  void augment(std::size_t column) {
    while (column != 0) {
      row_of_column_[column] = row_of_column_[previous_[column]];
      column = previous_[column];
    }
  }

  std::span<const double> cost_;
  std::size_t n_;
  std::vector<double> row_potential_;
  std::vector<double> column_potential_;
  std::vector<std::size_t> row_of_column_;
  std::vector<std::size_t> previous_;
  std::vector<double> distance_;
  std::vector<bool> done_;
};

}  // namespace

std::vector<std::int64_t> minimum_cost_assignment(std::span<const double> cost, std::int64_t n) {
  return Assignment(cost, n).solve();
}

std::int64_t StepScores::predicted(std::int64_t step) const {
  const auto row =
      log_probs_.subspan(static_cast<std::size_t>(step * outputs_), static_cast<std::size_t>(outputs_));
  return std::ranges::max_element(row) - row.begin();
}

void assign_cheapest(const StepScores& scores, std::span<std::int64_t> targets,
                     std::span<const std::int64_t> positions) {
  if (positions.size() < 2) return;
  std::vector<std::int64_t> labels;
  for (const std::int64_t position : positions)
    labels.push_back(targets[static_cast<std::size_t>(position)]);
  std::vector<double> cost;
  for (const std::int64_t position : positions) {
    for (const std::int64_t label : labels)
      cost.push_back(scores.cost(position, label));
  }
  const auto chosen = minimum_cost_assignment(cost, static_cast<std::int64_t>(positions.size()));
  for (std::size_t i = 0; i < positions.size(); ++i)
    targets[static_cast<std::size_t>(positions[i])] = labels[static_cast<std::size_t>(chosen[i])];
}

at::Tensor aligned_targets(
    const at::Tensor& logits, const LabelBatch& labels,
    const std::function<void(const StepScores& scores, std::span<std::int64_t> targets)>& align) {
  const at::Tensor log_probs = logits.detach().to(at::kFloat).log_softmax(2).to(at::kCPU).contiguous();
  // No assignment exists between numbers that are none.
  if (!log_probs.isfinite().all().item<bool>())
    throw NumericError(
        "The decoder's outputs are not numbers (NaN or infinity); lower --learning-rate or look for bad "
        "features. The best checkpoint so far is kept.");
  const std::int64_t steps = log_probs.size(1);
  const std::int64_t outputs = log_probs.size(2);
  // The last output is the stop token.
  at::Tensor targets = at::full({log_probs.size(0), steps}, outputs - 1, at::kLong);
  for (std::size_t i = 0; i < labels.sequences.size(); ++i) {
    std::vector<std::int64_t> sequence = labels.sequences[i];
    const auto row = static_cast<std::int64_t>(i);
    const StepScores scores(
        {log_probs.data_ptr<float>() + row * steps * outputs, static_cast<std::size_t>(steps * outputs)},
        outputs);
    align(scores, sequence);
    std::ranges::copy(sequence, targets.data_ptr<std::int64_t>() + row * steps);
  }
  return targets.to(logits.device());
}

bool aligns_in_tensors(const at::Tensor& logits, const LabelBatch& labels) {
  if (std::ranges::all_of(labels.sequences, [](const auto& sequence) { return sequence.empty(); }))
    return true;
  return !logits.is_cpu() && logits.size(1) - 1 <= rows_assigned_on(logits.device());
}

at::Tensor BatchScores::says() const {
  return predicted.unsqueeze(2).eq(labels.unsqueeze(1)).logical_and(is_label.unsqueeze(1));
}

at::Tensor aligned_targets_in_tensors(const at::Tensor& logits, const LabelBatch& labels,
                                      const std::function<at::Tensor(const BatchScores& scores)>& allowed) {
  // What costs this costs more than all else together, and sums of it still tell probable from improbable.
  constexpr double kMost = 1e6;
  const at::NoGradGuard no_grad;
  const std::int64_t n = labels.targets.size(1) - 1;
  const at::Tensor places = at::arange(n, labels.lengths.options());
  const BatchScores scores{.predicted = logits.argmax(2),
                           .labels = labels.targets.narrow(1, 0, n),
                           .is_label = places.lt(labels.lengths.unsqueeze(1))};
  const at::Tensor log_probs = logits.detach().narrow(1, 0, n).to(at::kFloat).log_softmax(2);
  const at::Tensor cost =
      log_probs.gather(2, scores.labels.unsqueeze(1).expand({-1, n, -1})).to(at::kDouble).neg();
  const at::Tensor here = scores.is_label.unsqueeze(2);
  const at::Tensor there = scores.is_label.unsqueeze(1);
  const at::Tensor finite = at::nan_to_num(cost, kMost, kMost, 0.0).clamp_max(kMost);
  const at::Tensor permutations = cheapest_permutations(
      finite.masked_fill(here.logical_or(there).logical_not(), 0.0)
          .masked_fill(here.logical_and(there).logical_and(allowed(scores).logical_not()), kForbidden)
          .masked_fill(here.logical_xor(there), kForbidden));
  return at::cat({scores.labels.gather(1, permutations), labels.targets.narrow(1, n, 1)}, 1);
}

}  // namespace tagloom
