#include "statistics/draws.hpp"

#include <tagloom/base/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace tagloom::statistics {
namespace {

/// Between the two values nearest to it, of those in order.
double quantile(const std::vector<float>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Figures that are the same on both sides differ in the last bit of a float.
constexpr double kNothing = 1e-6;

double as_share(std::ptrdiff_t count, const std::vector<float>& draws) {
  return static_cast<double>(count + 1) / static_cast<double>(draws.size() + 1);
}

}  // namespace

Weights drawn_weights(std::size_t count, Random& random) {
  Weights weights(count);
  for (std::size_t i = 0; i < count; ++i)
    ++weights[static_cast<std::size_t>(random.index(count))];
  return weights;
}

Difference concluded(double first, double second, std::vector<float> draws, double confidence) {
  Difference result{.first = first, .second = second, .difference = second - first};
  const double mean = std::accumulate(draws.begin(), draws.end(), 0.0) / static_cast<double>(draws.size());
  const auto as_large = std::ranges::count_if(
      draws, [&](float draw) { return std::abs(draw - mean) + kNothing >= std::abs(result.difference); });
  result.p = as_share(as_large, draws);
  std::ranges::sort(draws);
  result.low = result.difference + quantile(draws, (1 - confidence) / 2) - mean;
  result.high = result.difference + quantile(draws, (1 + confidence) / 2) - mean;
  return result;
}

Difference by_percentiles(double first, double second, std::vector<float> draws, double confidence) {
  Difference result{.first = first, .second = second, .difference = second - first};
  const auto not_more = std::ranges::count_if(draws, [](float draw) { return draw <= kNothing; });
  const auto not_less = std::ranges::count_if(draws, [](float draw) { return draw >= -kNothing; });
  result.p = std::min(1.0, 2 * as_share(std::min(not_more, not_less), draws));
  std::ranges::sort(draws);
  result.low = quantile(draws, (1 - confidence) / 2);
  result.high = quantile(draws, (1 + confidence) / 2);
  return result;
}

void check(const BootstrapOptions& options) {
  if (options.draws < 1 || !(options.confidence > 0 && options.confidence < 1))
    throw UsageError("a bootstrap takes one draw at least, and a confidence between 0 and 1.");
}

}  // namespace tagloom::statistics
