#include "evaluation/compare.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "distributed/same_settings.hpp"
#include "evaluation/score.hpp"
#include "evaluation/shared_predict.hpp"
#include "plugins/guarded.hpp"
#include "runtime/device.hpp"
#include "runtime/exceptions.hpp"
#include "search/search.hpp"

#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/datasets/split.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string_view>

namespace tagloom::evaluation {
namespace {

constexpr std::array<std::string_view, 3> kSplits = {"train", "validation", "test"};

/// One comparison: what all checkpoints share, and the rows so far.
class Comparer {
 public:
  Comparer(const CompareConfig& config, const plugins::Registry& registry,
           const std::function<void(const ScoredSplit&)>& scored, distributed::World& world);
  Comparison run() &&;

 private:
  const datasets::Dataset& carved(const checkpoint::Carving& carving);
  struct Loaded {
    checkpoint::Checkpoint description;
    std::shared_ptr<models::Model> model;
  };
  [[nodiscard]] Loaded load(const std::filesystem::path& path) const;
  void score_checkpoint(const std::filesystem::path& path);
  void score_baseline(const datasets::Dataset& data, const std::string& split);
  ScoredSplit row_for(const datasets::Dataset& data, const std::string& split) const;
  void add(const datasets::Dataset& data, ScoredSplit row);

  const CompareConfig& config_;
  const plugins::Registry& registry_;
  const std::function<void(const ScoredSplit&)>& scored_;
  distributed::World& world_;
  at::Device device_;
  at::ScalarType type_;
  datasets::Dataset data_;
  featurecache::CacheReader cache_;
  std::map<checkpoint::Carving, datasets::Dataset> carved_;
  /// Splits that have their baseline, by data set; the test split is one for all carvings.
  std::set<std::pair<const datasets::Dataset*, std::string>> baselines_;
  Comparison result_;
};

/// What decides the scores, but for folders, which may be called otherwise on another machine.
std::map<std::string, std::string> settings_of(const CompareConfig& config) {
  std::string checkpoints;
  for (const auto& path : config.checkpoints)
    checkpoints += path.filename().string() + " ";
  return {{"checkpoints", checkpoints},
          {"split", fmt::format("{}", fmt::join(config.splits, " "))},
          {"beam", std::to_string(config.search.beam_width)},
          {"length-penalty", fmt::format("{}", config.search.length_penalty)},
          {"allow-repeats", config.search.allow_repeats ? "yes" : "no"},
          {"n-best", std::to_string(config.search.n_best)},
          {"attention", config.search.attention ? "yes" : "no"},
          {"precision", config.precision}};
}

Comparer::Comparer(const CompareConfig& config, const plugins::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world)
    : config_(config),
      registry_(registry),
      scored_(scored),
      world_(world),
      device_(runtime::device_named(config.device, world.local_rank())),
      type_(runtime::product_type(config.precision, device_)),
      data_(datasets::read_corel5k(config.data)),
      cache_(config.cache) {
  search::check(config.search);
  distributed::require_same_settings(world, settings_of(config));
  result_.vocabulary = data_.vocabulary;
  result_.feature_shape = cache_.info().feature_shape;
  for (const std::string& split : config.splits) {
    if (std::ranges::find(kSplits, split) == kSplits.end())
      throw UsageError(fmt::format("--split {} is no split; give train, validation or test.", split));
  }
}

const datasets::Dataset& Comparer::carved(const checkpoint::Carving& carving) {
  const auto found = carved_.find(carving);
  if (found != carved_.end()) return found->second;
  return carved_.emplace(carving, datasets::carve_validation(data_, carving.fraction, carving.seed))
      .first->second;
}

const std::vector<datasets::Sample>& samples_of(const datasets::Dataset& data, const std::string& split) {
  if (split == "train") return data.train;
  return split == "validation" ? data.validation : data.test;
}

ScoredSplit Comparer::row_for(const datasets::Dataset& data, const std::string& split) const {
  ScoredSplit row{.split = split};
  for (const datasets::Sample& sample : samples_of(data, split))
    row.image_names.push_back(sample.image_name);
  return row;
}

void Comparer::add(const datasets::Dataset& data, ScoredSplit row) {
  LabelStatistics statistics = datasets::label_statistics(data.vocabulary, data.train);
  row.metrics = score(samples_of(data, row.split), row.predictions, statistics);
  row.train_counts = std::move(statistics.counts);
  scored_(row);
  result_.rows.push_back(std::move(row));
}

void Comparer::score_baseline(const datasets::Dataset& data, const std::string& split) {
  if (!baselines_.emplace(split == "test" ? &data_ : &data, split).second) return;
  const LabelStatistics statistics = datasets::label_statistics(data.vocabulary, data.train);
  const std::int64_t count = rounded_mean_labels(statistics, static_cast<std::int64_t>(data.train.size()));
  ScoredSplit row = row_for(data, split);
  row.model = fmt::format("always the {} most frequent labels", count);
  row.predictions.assign(row.image_names.size(), {.labels = frequent_labels_baseline(statistics, count)});
  add(data, std::move(row));
}

std::string search_name(const models::Model& model, const search::SearchOptions& search) {
  if (model.decoder() == nullptr) return "threshold";
  return search.beam_width == 1 ? "greedy" : fmt::format("beam {}", search.beam_width);
}

Comparer::Loaded Comparer::load(const std::filesystem::path& path) const {
  checkpoint::Checkpoint model = checkpoint::read_checkpoint(path);
  if (model.vocabulary != data_.vocabulary)
    throw DataError(
        fmt::format("{} was trained on other labels than {} has; give the data set it was trained on.",
                    path.string(), config_.data.string()));
  checkpoint::check_same_features(model, path, cache_);
  auto restored = checkpoint::restore_model(model, registry_, path);
  checkpoint::check_cache_has(restored->needs(), cache_);
  restored->to(device_);
  return {std::move(model), std::move(restored)};
}

void Comparer::score_checkpoint(const std::filesystem::path& path) {
  const auto [model, restored] = distributed::agreed(world_, "loading " + path.string(), [&] {
    return plugins::guarded("loading " + path.string(), [&] { return load(path); });
  });
  PredictOptions options{
      .search = config_.search, .thresholds = model.thresholds, .device = device_, .type = type_};
  options.search.max_labels = model.max_steps - 1;
  const datasets::Dataset& data = carved(model.validation);
  for (const std::string& split : config_.splits) {
    if (samples_of(data, split).empty())
      throw DataError(fmt::format("{} cannot be scored on {}: that split has no images{}.", path.string(),
                                  split,
                                  split == "validation" ? " (it was trained with --validation 0)" : ""));
    score_baseline(data, split);
    const auto start = std::chrono::steady_clock::now();
    ScoredSplit row = row_for(data, split);
    row.model = path.string();
    row.method = model.model.name();
    row.search = search_name(*restored, config_.search);
    // Format 1 knew no other.
    row.selected_on = model.record.contains("select_on") ? model.record.at("select_on") : "validation";
    row.precision = type_ == at::kBFloat16 ? "bfloat16" : "float32";
    row.parameters = restored->parameter_count();
    row.record = model.record;
    row.predictions = predict(world_, *restored, cache_, rows_of(cache_, samples_of(data, split)),
                              data.vocabulary, options, path.string() + " on " + split);
    row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    add(data, std::move(row));
  }
}

Comparison Comparer::run() && {
  for (const auto& path : config_.checkpoints) {
    if (world_.any(config_.stop(), "asking whether to stop")) {
      result_.failures.push_back(
          {fmt::format("stopped before {}; give it and those after it again.", path.string()), ""});
      break;
    }
    try {
      plugins::guarded("scoring " + path.string(), [&] { score_checkpoint(path); });
    } catch (const distributed::LostProcess&) {
      throw;
    } catch (const Error& error) {
      std::string sentence = error.what();
      if (sentence.find(path.string()) == std::string::npos) sentence = path.string() + ": " + sentence;
      result_.failures.push_back({std::move(sentence), runtime::causes(error)});
    }
  }
  return std::move(result_);
}

}  // namespace

Comparison compare(const CompareConfig& config, const plugins::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored) {
  distributed::World alone;
  return compare(config, registry, scored, alone);
}

Comparison compare(const CompareConfig& config, const plugins::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world) {
  return Comparer(config, registry, scored, world).run();
}

}  // namespace tagloom::evaluation
