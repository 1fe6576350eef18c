#include "training/one_cycle.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tagloom::training {
namespace {

double cosine(double from, double to, double share) {
  return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
}

}  // namespace

double OneCycle::learning_rate(std::int64_t step) const {
  const double first = max_lr / div_factor;
  const double last = first / final_div_factor;
  const double peak = pct_start * static_cast<double>(total_steps) - 1;
  const double end = static_cast<double>(total_steps - 1);
  const double at = std::min(static_cast<double>(step), end);
  if (at <= peak) return peak > 0 ? cosine(first, max_lr, at / peak) : max_lr;
  // A cycle too short for a rise starts its descent at once.
  const double begin = std::max(peak, 0.0);
  return end > begin ? cosine(max_lr, last, (at - begin) / (end - begin)) : last;
}

}  // namespace tagloom::training
