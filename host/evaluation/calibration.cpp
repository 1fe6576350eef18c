#include "evaluation/calibration.hpp"

#include "evaluation/cached_images.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace tagloom::evaluation {
namespace {

/// Ten a decade and more: between two of them the likelihood is a parabola for all purposes.
std::vector<double> temperatures_to_try() {
  constexpr int kCount = 49;
  std::vector<double> temperatures;
  for (int i = 0; i < kCount; ++i)
    temperatures.push_back(std::pow(10.0, -1 + 2.0 * i / (kCount - 1)));
  return temperatures;
}

bool has(const datasets::Sample& sample, std::int64_t label) {
  return std::ranges::find(sample.labels, label) != sample.labels.end();
}

/// Of the labels that a decoder emitted, under one temperature.
double loss_of_emitted(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                       std::size_t temperature) {
  // What a float32 softmax cannot tell from 0 or 1 is no proof.
  constexpr double kLeast = 1e-7;
  double loss = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Prediction& prediction = predictions[i];
    for (std::size_t j = 0; j < prediction.labels.size(); ++j) {
      const double p = std::clamp<double>(prediction.confidences[temperature][j], kLeast, 1 - kLeast);
      loss -= std::log(has(samples[i], prediction.labels[j]) ? p : 1 - p);
    }
  }
  return loss;
}

/// All logits of a classifier, and which labels the images have.
struct Logits {
  at::Tensor values;
  at::Tensor truth;
};

Logits logits_of(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                 std::int64_t labels) {
  const auto images = static_cast<std::int64_t>(samples.size());
  Logits logits{at::empty({images, labels}), at::zeros({images, labels})};
  for (std::int64_t i = 0; i < images; ++i) {
    const auto& scores = predictions[static_cast<std::size_t>(i)].label_scores;
    std::ranges::transform(scores, logits.values.data_ptr<float>() + i * labels, logit_of);
    for (const std::int64_t label : samples[static_cast<std::size_t>(i)].labels)
      logits.truth.data_ptr<float>()[i * labels + label] = 1;
  }
  return logits;
}

double loss_of_all(const Logits& logits, double temperature) {
  return at::binary_cross_entropy_with_logits(logits.values.div(temperature), logits.truth).item<double>();
}

double fitted_temperature(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                          const std::vector<double>& tried, bool emits) {
  std::vector<double> losses;
  if (emits) {
    for (std::size_t i = 0; i < tried.size(); ++i)
      losses.push_back(loss_of_emitted(samples, predictions, i));
  } else {
    const Logits logits =
        logits_of(samples, predictions, static_cast<std::int64_t>(predictions.front().label_scores.size()));
    for (const double temperature : tried)
      losses.push_back(loss_of_all(logits, temperature));
  }
  return least_at(tried, losses);
}

}  // namespace

Reliability reliability(std::span<const datasets::Sample> samples, std::span<const Prediction> predictions,
                        std::size_t temperature) {
  Reliability result{.bins = std::vector<ReliabilityBin>(kReliabilityBins)};
  std::int64_t all = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    for (std::size_t j = 0; j < predictions[i].labels.size(); ++j) {
      const double confidence = predictions[i].confidences[temperature][j];
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
    result.expected_calibration_error += std::abs(static_cast<double>(bin.right) - bin.confidence) /
                                         static_cast<double>(std::max<std::int64_t>(all, 1));
    if (bin.labels > 0) bin.confidence /= static_cast<double>(bin.labels);
  }
  return result;
}

double least_at(std::span<const double> temperatures, std::span<const double> values) {
  const auto least = static_cast<std::size_t>(std::ranges::min_element(values) - values.begin());
  if (least == 0 || least + 1 == values.size()) return temperatures[least];
  const double step = std::log(temperatures[least + 1] / temperatures[least]);
  const double before = values[least - 1] - values[least];
  const double after = values[least + 1] - values[least];
  const double curvature = before + after;
  return curvature > 0 ? temperatures[least] * std::exp(step * (before - after) / (2 * curvature))
                       : temperatures[least];
}

checkpoint::Calibration calibrate(models::Model& model, const featurecache::CacheReader& cache,
                                  std::span<const datasets::Sample> samples, const Vocabulary& vocabulary,
                                  PredictOptions options) {
  const std::vector<std::int64_t> rows = rows_of(cache, samples);
  const bool emits = model.decoder() != nullptr;
  const std::vector<double> tried = temperatures_to_try();
  options.temperatures = emits ? tried : std::vector<double>();
  const double temperature =
      fitted_temperature(samples, predict(model, cache, rows, vocabulary, options), tried, emits);
  options.temperatures = {1, temperature};
  const auto predictions = predict(model, cache, rows, vocabulary, options);
  return {.temperature = temperature,
          .images = static_cast<std::int64_t>(samples.size()),
          .error_before = reliability(samples, predictions, 0).expected_calibration_error,
          .error_after = reliability(samples, predictions, 1).expected_calibration_error};
}

}  // namespace tagloom::evaluation
