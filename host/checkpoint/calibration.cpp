#include "checkpoint/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tagloom::checkpoint {

double logit(float probability) {
  const double p = std::clamp(probability, std::numeric_limits<float>::min(), std::nextafter(1.0F, 0.0F));
  return std::log(p) - std::log1p(-p);
}

double confidence(const Calibration& calibration, float probability) {
  return 1 / (1 + std::exp(-(logit(probability) / calibration.temperature + calibration.bias)));
}

}  // namespace tagloom::checkpoint
