#include "evaluation/calibration.hpp"

#include "evaluation/cached_images.hpp"

#include <algorithm>
#include <cmath>

namespace tagloom::evaluation {
namespace {

bool has(const datasets::Sample& sample, std::int64_t label) {
  return std::ranges::find(sample.labels, label) != sample.labels.end();
}

/// The labels that a decoder emitted.
std::vector<Judged> emitted(std::span<const datasets::Sample> samples,
                            std::span<const Prediction> predictions) {
  std::vector<Judged> labels;
  for (std::size_t i = 0; i < samples.size(); ++i)
    for (std::size_t j = 0; j < predictions[i].labels.size(); ++j)
      labels.push_back(
          {checkpoint::logit(predictions[i].probabilities[j]), has(samples[i], predictions[i].labels[j])});
  return labels;
}

/// All labels of all images.
std::vector<Judged> all_of(std::span<const datasets::Sample> samples,
                           std::span<const Prediction> predictions) {
  std::vector<Judged> labels;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::size_t first = labels.size();
    for (const float score : predictions[i].label_scores)
      labels.push_back({.logit = checkpoint::logit(score)});
    for (const std::int64_t label : samples[i].labels)
      labels[first + static_cast<std::size_t>(label)].right = true;
  }
  return labels;
}

/// What the logits are multiplied by, and what is added: in these the likelihood is convex.
struct Line {
  double slope = 1;
  double bias = 0;
};

/// log(1 + e^x), for large x, too.
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

double loss(std::span<const Judged> labels, const Line& line) {
  double sum = ((line.slope - 1) * (line.slope - 1) + line.bias * line.bias) / 2;
  for (const Judged& label : labels) {
    const double z = label.logit * line.slope + line.bias;
    sum += softplus(label.right ? -z : z);
  }
  return sum;
}

/// Newton's step from a line towards the least loss.
Line newton_step(std::span<const Judged> labels, const Line& line) {
  double to_slope = line.slope - 1;
  double to_bias = line.bias;
  // The matrix of second derivatives; its diagonal begins with the prior's.
  double slope_slope = 1;
  double slope_bias = 0;
  double bias_bias = 1;
  for (const Judged& label : labels) {
    const double p = 1 / (1 + std::exp(-(label.logit * line.slope + line.bias)));
    const double error = p - (label.right ? 1 : 0);
    const double weight = p * (1 - p);
    to_slope += error * label.logit;
    to_bias += error;
    slope_slope += weight * label.logit * label.logit;
    slope_bias += weight * label.logit;
    bias_bias += weight;
  }
  const double determinant = slope_slope * bias_bias - slope_bias * slope_bias;
  return {(slope_bias * to_bias - bias_bias * to_slope) / determinant,
          (slope_bias * to_slope - slope_slope * to_bias) / determinant};
}

}  // namespace

Scaling fitted(std::span<const Judged> labels) {
  constexpr int kMostSteps = 50;
  constexpr double kFlattest = 0.1;
  constexpr double kEnough = 1e-9;
  Line line;
  double least = loss(labels, line);
  for (int steps = 0; steps < kMostSteps; ++steps) {
    const Line step = newton_step(labels, line);
    // Far from the least loss a whole step may lead beyond it.
    double share = 1;
    Line next;
    double there = least;
    for (; share > kEnough; share /= 2) {
      next = {line.slope + share * step.slope, line.bias + share * step.bias};
      there = loss(labels, next);
      if (there < least) break;
    }
    if (!(there < least - kEnough * least)) break;
    line = next;
    least = there;
  }
  return {.temperature = 1 / std::max(line.slope, kFlattest), .bias = line.bias};
}

Reliability reliability(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                        const checkpoint::Calibration& calibration) {
  Reliability result{.bins = std::vector<ReliabilityBin>(kReliabilityBins)};
  double all = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = 0; j < predictions[i].labels.size(); ++j) {
      const double confidence = checkpoint::confidence(calibration, predictions[i].probabilities[j]);
      const double place = std::ceil(confidence * kReliabilityBins) - 1;
      ReliabilityBin& bin =
          result.bins[static_cast<std::size_t>(std::clamp(place, 0.0, kReliabilityBins - 1.0))];
      ++all;
      ++bin.labels;
      bin.right += has(samples[i], predictions[i].labels[j]) ? 1 : 0;
      bin.confidence += confidence;
    }
  }
  for (ReliabilityBin& bin : result.bins) {
    if (bin.labels == 0) continue;
    result.expected_calibration_error += std::abs(static_cast<double>(bin.right) - bin.confidence) / all;
    bin.confidence /= static_cast<double>(bin.labels);
  }
  return result;
}

checkpoint::Calibration calibrate(models::Model& model, const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples, const Vocabulary& vocabulary,
                                  PredictOptions options) {
  options.search.probabilities = true;
  const auto predictions = predict(model, cache, rows_of(cache, samples), vocabulary, options);
  const Scaling scaling =
      fitted(model.decoder() != nullptr ? emitted(samples, predictions) : all_of(samples, predictions));
  checkpoint::Calibration calibration{.temperature = scaling.temperature,
                                      .bias = scaling.bias,
                                      .images = static_cast<std::int64_t>(samples.size())};
  calibration.error_before = reliability(samples, predictions, {}).expected_calibration_error;
  calibration.error_after = reliability(samples, predictions, calibration).expected_calibration_error;
  return calibration;
}

}  // namespace tagloom::evaluation
