#include "statistics/average_precision_bootstrap.hpp"

#include "evaluation/metrics.hpp"
#include "statistics/draws.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace tagloom::statistics {
namespace {

/// An image in the ranking of one label.
struct Place {
  std::uint32_t image = 0;
  bool actual = false;
  /// The last of those with its score.
  bool ends_rank = false;
};

/// The rankings of one run, which all draws share.
class Rankings {
 public:
  Rankings(const LabelSets& truth, const LabelScores& scores, std::int64_t label_count) {
    if (scores.empty()) return;
    for (std::int64_t label = 0; label < label_count; ++label)
      rankings_.push_back(ranking(truth, scores, label));
  }

  /// On a draw.
  [[nodiscard]] double mean_average_precision(const Weights& weights) const {
    double sum = 0;
    int occurring = 0;
    for (const auto& ranking : rankings_) {
      const double precision = average_precision(ranking, weights);
      if (precision < 0) continue;
      sum += precision;
      ++occurring;
    }
    return occurring == 0 ? 0 : sum / occurring;
  }

 private:
  static std::vector<Place> ranking(const LabelSets& truth, const LabelScores& scores, std::int64_t label) {
    const auto column = static_cast<std::size_t>(label);
    std::vector<Place> places(truth.size());
    for (std::size_t image = 0; image < truth.size(); ++image)
      places[image] = {.image = static_cast<std::uint32_t>(image),
                       .actual = std::ranges::find(truth[image], label) != truth[image].end()};
    if (std::ranges::none_of(places, &Place::actual)) return {};
    const auto score = [&](const Place& place) { return scores[place.image].at(column); };
    std::ranges::stable_sort(places, std::greater<>(), score);
    for (std::size_t i = 0; i < places.size(); ++i)
      places[i].ends_rank = i + 1 == places.size() || score(places[i + 1]) != score(places[i]);
    return places;
  }

  /// Negative where no drawn image has the label.
  static double average_precision(const std::vector<Place>& ranking, const Weights& weights) {
    double sum = 0;
    std::int64_t hits = 0;
    std::int64_t counted = 0;
    std::int64_t images = 0;
    for (const Place& place : ranking) {
      const std::int64_t weight = weights[place.image];
      images += weight;
      if (place.actual) hits += weight;
      if (!place.ends_rank || hits == counted) continue;
      sum += static_cast<double>(hits - counted) * static_cast<double>(hits) / static_cast<double>(images);
      counted = hits;
    }
    return hits == 0 ? -1 : sum / static_cast<double>(hits);
  }

  std::vector<std::vector<Place>> rankings_;
};

}  // namespace

Difference average_precision_bootstrap(const ScoredPair& pair, const BootstrapOptions& options) {
  check(options);
  const auto fits = [&](const LabelScores& scores) { return scores.size() == pair.truth.size(); };
  if (pair.truth.empty() || !fits(pair.second) || (!pair.first.empty() && !fits(pair.first)))
    throw DataError("there are annotated labels of other images than scores, or none.");
  const Rankings first(pair.truth, pair.first, pair.label_count);
  const Rankings second(pair.truth, pair.second, pair.label_count);
  Random random(options.seed);
  std::vector<float> draws;
  for (std::int64_t draw = 0; draw < options.draws; ++draw) {
    throw_if_stop_requested();
    const Weights weights = drawn_weights(pair.truth.size(), random);
    draws.push_back(
        static_cast<float>(second.mean_average_precision(weights) - first.mean_average_precision(weights)));
  }
  const Weights once(pair.truth.size(), 1);
  return concluded(first.mean_average_precision(once), second.mean_average_precision(once), std::move(draws),
                   options.confidence);
}

}  // namespace tagloom::statistics
