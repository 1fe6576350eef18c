#include "statistics/paired_bootstrap.hpp"

#include "evaluation/metrics.hpp"
#include "statistics/draws.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/random.hpp>

#include <algorithm>
#include <array>
#include <iterator>

namespace tagloom::statistics {
namespace {

using evaluation::Metrics;

struct Figure {
  std::string_view name;
  double (*of)(const Metrics& metrics);
  /// It has a value where labels are drawn, too.
  bool of_labels = true;
};

constexpr std::array<Figure, 11> kFigures = {{
    {"per_class.precision", [](const Metrics& m) { return m.per_class.precision; }},
    {"per_class.recall", [](const Metrics& m) { return m.per_class.recall; }},
    {"per_class.f1", [](const Metrics& m) { return m.per_class.f1; }},
    {"per_class.mean_of_f1", [](const Metrics& m) { return m.per_class.mean_of_f1; }},
    {"micro.precision", [](const Metrics& m) { return m.micro.precision; }},
    {"micro.recall", [](const Metrics& m) { return m.micro.recall; }},
    {"micro.f1", [](const Metrics& m) { return m.micro.f1; }},
    {"example_based.precision", [](const Metrics& m) { return m.example_based.precision; }, false},
    {"example_based.recall", [](const Metrics& m) { return m.example_based.recall; }, false},
    {"example_based.f1", [](const Metrics& m) { return m.example_based.f1; }, false},
    {"n_plus", [](const Metrics& m) { return static_cast<double>(m.n_plus); }},
}};

/// One run's labels as draws of its images count them: which it said of each image, and which of these are
/// right.
class Run {
 public:
  Run(const LabelSets& truth, const LabelSets& said, std::int64_t label_count)
      : said_(said), all_(evaluation::compute_metrics(truth, said, label_count)) {
    for (std::size_t image = 0; image < truth.size(); ++image) {
      std::vector<std::int64_t> right;
      std::ranges::copy_if(said[image], std::back_inserter(right), [&](std::int64_t label) {
        return std::ranges::find(truth[image], label) != truth[image].end();
      });
      const auto images = [](const std::vector<std::int64_t>& labels) { return std::span(&labels, 1); };
      own_.push_back(
          evaluation::compute_metrics(images(truth[image]), images(said[image]), label_count).example_based);
      right_.push_back(std::move(right));
    }
  }

  [[nodiscard]] const Metrics& of_all() const { return all_; }

  /// `actual` is how many drawn images have each label.
  [[nodiscard]] Metrics of_images(const Weights& weights, const Weights& actual) const {
    Metrics metrics;
    metrics.images = static_cast<std::int64_t>(weights.size());
    metrics.labels.resize(actual.size());
    for (std::size_t label = 0; label < actual.size(); ++label)
      metrics.labels[label].actual = actual[label];
    for (std::size_t image = 0; image < weights.size(); ++image) {
      if (weights[image] == 0) continue;
      for (const std::int64_t label : said_[image])
        metrics.labels[static_cast<std::size_t>(label)].predicted += weights[image];
      for (const std::int64_t label : right_[image])
        metrics.labels[static_cast<std::size_t>(label)].true_positives += weights[image];
      const double share = static_cast<double>(weights[image]) / static_cast<double>(metrics.images);
      metrics.example_based.precision += share * own_[image].precision;
      metrics.example_based.recall += share * own_[image].recall;
      metrics.example_based.f1 += share * own_[image].f1;
    }
    evaluation::score_counts(metrics);
    return metrics;
  }

  [[nodiscard]] Metrics of_labels(const Weights& weights) const {
    Metrics metrics;
    for (std::size_t label = 0; label < weights.size(); ++label)
      metrics.labels.insert(metrics.labels.end(), static_cast<std::size_t>(weights[label]),
                            all_.labels[label]);
    evaluation::score_counts(metrics);
    return metrics;
  }

 private:
  const LabelSets& said_;
  LabelSets right_;
  std::vector<evaluation::PrecisionRecall> own_;
  Metrics all_;
};

std::vector<Run> runs_of(std::span<const LabelSets> side, const Pair& pair) {
  if (side.empty() || pair.truth.empty())
    throw DataError("there is nothing to compare: a side has no run, or the runs have no images.");
  std::vector<Run> runs;
  runs.reserve(side.size());
  for (const LabelSets& said : side)
    runs.emplace_back(pair.truth, said, pair.label_count);
  return runs;
}

/// A side's figures: the mean over its runs.
struct Means {
  std::array<double, kFigures.size()> figures{};
  std::vector<double> labels;
};

template <class Score>
Means means_of(const std::vector<Run>& runs, bool each_label, const Score& score) {
  Means means;
  const auto count = static_cast<double>(runs.size());
  for (const Run& run : runs) {
    const Metrics& metrics = score(run);
    for (std::size_t i = 0; i < kFigures.size(); ++i)
      means.figures[i] += kFigures[i].of(metrics) / count;
    if (!each_label) continue;
    means.labels.resize(metrics.labels.size());
    for (std::size_t label = 0; label < metrics.labels.size(); ++label)
      means.labels[label] += metrics.labels[label].f1 / count;
  }
  return means;
}

class Bootstrap {
 public:
  Bootstrap(const Pair& pair, const BootstrapOptions& options)
      : pair_(pair),
        options_(options),
        each_label_(options.each_label && options.drawn == Drawn::images),
        first_(runs_of(pair.first, pair)),
        second_(runs_of(pair.second, pair)),
        figures_(kFigures.size()),
        labels_(each_label_ ? static_cast<std::size_t>(pair.label_count) : 0) {}

  Comparison run() && {
    Random random(options_.seed);
    for (std::int64_t draw = 0; draw < options_.draws; ++draw) {
      throw_if_stop_requested();
      if (options_.drawn == Drawn::images)
        draw_images(random);
      else
        draw_labels(random);
    }
    return concluded_all();
  }

 private:
  void draw_images(Random& random) {
    const Weights weights = drawn_weights(pair_.truth.size(), random);
    Weights actual(static_cast<std::size_t>(pair_.label_count));
    for (std::size_t image = 0; image < weights.size(); ++image)
      for (const std::int64_t label : pair_.truth[image])
        actual[static_cast<std::size_t>(label)] += weights[image];
    keep([&](const Run& run) { return run.of_images(weights, actual); });
  }
  void draw_labels(Random& random) {
    const Weights weights = drawn_weights(static_cast<std::size_t>(pair_.label_count), random);
    keep([&](const Run& run) { return run.of_labels(weights); });
  }
  template <class Score>
  void keep(const Score& score) {
    const Means first = means_of(first_, each_label_, score);
    const Means second = means_of(second_, each_label_, score);
    for (std::size_t i = 0; i < kFigures.size(); ++i)
      figures_[i].push_back(static_cast<float>(second.figures[i] - first.figures[i]));
    for (std::size_t label = 0; label < labels_.size(); ++label)
      labels_[label].push_back(static_cast<float>(second.labels[label] - first.labels[label]));
  }
  Comparison concluded_all() {
    const auto of_all = [](const Run& run) -> const Metrics& { return run.of_all(); };
    const Means first = means_of(first_, each_label_, of_all);
    const Means second = means_of(second_, each_label_, of_all);
    Comparison result;
    for (std::size_t i = 0; i < kFigures.size(); ++i)
      if (kFigures[i].of_labels || options_.drawn == Drawn::images)
        result.figures.push_back({kFigures[i].name, concluded(first.figures[i], second.figures[i],
                                                              std::move(figures_[i]), options_.confidence)});
    for (std::size_t label = 0; label < labels_.size(); ++label)
      result.labels.push_back(by_percentiles(first.labels[label], second.labels[label],
                                             std::move(labels_[label]), options_.confidence));
    return result;
  }

  const Pair& pair_;
  const BootstrapOptions& options_;
  bool each_label_;
  std::vector<Run> first_;
  std::vector<Run> second_;
  /// Differences by figure, and by label, one a draw.
  std::vector<std::vector<float>> figures_;
  std::vector<std::vector<float>> labels_;
};

}  // namespace

Comparison paired_bootstrap(const Pair& pair, const BootstrapOptions& options) {
  check(options);
  return Bootstrap(pair, options).run();
}

}  // namespace tagloom::statistics
