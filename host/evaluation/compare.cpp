#include "evaluation/compare.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "checkpoint/restore_model.hpp"
#include "distributed/product_type.hpp"
#include "distributed/same_settings.hpp"
#include "evaluation/cached_images.hpp"
#include "evaluation/carved_splits.hpp"
#include "evaluation/score.hpp"
#include "evaluation/shared_predict.hpp"
#include "runtime/device.hpp"
#include "runtime/ends_within_a_second.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/explained.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/datasets/read.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace tagloom::evaluation {
namespace {

/// One comparison: what all checkpoints share, and the rows so far.
class Comparer {
 public:
  Comparer(const CompareConfig& config, const registry::Registry& registry,
           const std::function<void(const ScoredSplit&)>& scored, distributed::World& world);
  Comparison run() &&;

 private:
  struct Loaded {
    checkpoint::Checkpoint description;
    std::shared_ptr<models::Model> model;
  };
  [[nodiscard]] Loaded load(const std::filesystem::path& path) const;
  void score_checkpoint(const std::filesystem::path& path);
  void score_split(const std::filesystem::path& path, const Loaded& loaded, const std::string& split);
  void score_baseline(const CarvedData& carved, const std::string& split);
  void add(const CarvedData& carved, ScoredSplit row);
  void stop_before(const std::filesystem::path& path);
  void fail(const std::filesystem::path& path, const Error& error);
  /// In another thread, while nobody holds `changing`.
  std::string keep_rows();
  void keep_so_far();
  /// Held while the result changes.
  [[nodiscard]] std::unique_lock<std::mutex> changing();

  const CompareConfig& config_;
  const registry::Registry& registry_;
  const std::function<void(const ScoredSplit&)>& scored_;
  distributed::World& world_;
  at::Device device_;
  at::ScalarType type_;
  featurecache::CacheReader cache_;
  CarvedSplits carved_;
  /// Splits that have their baseline, by carving; a test split of the data set's own is one for all.
  std::set<std::pair<const CarvedData*, std::string>> baselines_;
  Comparison result_;
  /// The checkpoint at hand.
  std::atomic<std::size_t> at_ = 0;
  std::optional<runtime::EndsWithinASecond> ends_in_time_;
};

std::map<std::string, std::string> settings_of(const CompareConfig& config) {
  auto settings = options::record_of(option_table(), config);
  settings["attention"] = config.search.attention ? "yes" : "no";
  return settings;
}

/// With the labels numbered as the first checkpoint that can be read has them.
datasets::Dataset data_for(const CompareConfig& config) {
  datasets::Dataset data = datasets::read(config.data, config.reading);
  Vocabulary vocabulary = data.vocabulary;
  for (const std::filesystem::path& path : config.checkpoints) {
    try {
      vocabulary = checkpoint::read_checkpoint(path).vocabulary;
      break;
    } catch (const DataError&) {
      // That is said when it is this one's turn.
    }
  }
  return datasets::numbered_as(std::move(data), vocabulary);
}

/// Why a checkpoint does not go with the labels at hand.
DataError other_labels(const std::filesystem::path& path, const Vocabulary& its, const CompareConfig& config,
                       const Vocabulary& at_hand) {
  std::vector<std::string> here = at_hand.labels();
  std::vector<std::string> there = its.labels();
  std::ranges::sort(here);
  std::ranges::sort(there);
  if (here == there)
    return DataError(
        fmt::format("{} numbers its labels otherwise than the checkpoints before it; evaluate it in a run of "
                    "its own.",
                    shown(path)));
  return DataError(
      fmt::format("{} was trained on other labels than {} has; give the data set it was trained on.",
                  shown(path), shown(config.data)));
}

Comparer::Comparer(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world)
    : config_(config),
      registry_(registry),
      scored_(scored),
      world_(world),
      device_(runtime::device_named(config.device, world.local_rank())),
      type_(distributed::product_type(world, config.precision, device_)),
      cache_(config.caches),
      carved_(data_for(config), cache_,
              {.splits = config.splits, .skip_unreadable = config.skip_unreadable, .warn = config.warn}) {
  distributed::require_same_settings(world, settings_of(config));
  runtime::require_kept(config.cuda_graph, runtime::why_no_cuda_graphs(device_));
  result_.vocabulary = carved_.data().vocabulary;
  result_.feature_shape = cache_.info().feature_shape;
}

void Comparer::add(const CarvedData& carved, ScoredSplit row) {
  row.metrics = score(carved.samples_of(row.split), row.predictions, carved.statistics);
  row.train_counts = carved.statistics.counts;
  {
    const auto lock = changing();
    result_.rows.push_back(std::move(row));
  }
  scored_(result_.rows.back());
}

void Comparer::score_baseline(const CarvedData& carved, const std::string& split) {
  const bool own_test = split == "test" && carved.data.held_out.fraction == 0;
  if (!baselines_.emplace(own_test ? nullptr : &carved, split).second) return;
  add(carved, baseline_row(carved, split));
}

Comparer::Loaded Comparer::load(const std::filesystem::path& path) const {
  checkpoint::Checkpoint model = checkpoint::read_checkpoint(path);
  if (model.vocabulary != carved_.data().vocabulary)
    throw other_labels(path, model.vocabulary, config_, carved_.data().vocabulary);
  checkpoint::check_same_features(model, path, cache_);
  auto restored = checkpoint::restore_model(model, registry_, path);
  checkpoint::check_cache_has(restored->needs(), cache_);
  restored->to(device_);
  return {std::move(model), std::move(restored)};
}

void Comparer::score_split(const std::filesystem::path& path, const Loaded& loaded,
                           const std::string& split) {
  const auto& [checkpoint, model] = loaded;
  const CarvedData& carved = carved_[checkpoint.validation];
  const auto& samples = carved.samples_of(split);
  ScoredSplit row = row_for(carved, split);
  if (samples.empty())
    throw DataError(fmt::format("{} cannot be scored on {}: that split has no images{}.", shown(path), split,
                                row.left_out > 0        ? " with features"
                                : split == "validation" ? " (it was trained with --validation 0)"
                                : split == "test"       ? " (nor did its training hold out any)"
                                                        : ""));
  score_baseline(carved, split);
  const auto start = std::chrono::steady_clock::now();
  describe(row, checkpoint, *model);
  row.model = path.string();
  row.search = search_name(*model, config_.search);
  row.precision = type_ == at::kBFloat16 ? runtime::Precision::bfloat16 : runtime::Precision::float32;
  PredictOptions options{.search = config_.search,
                         .thresholds = checkpoint.thresholds,
                         .device = device_,
                         .type = type_,
                         .cuda_graph = config_.cuda_graph,
                         .note = config_.warn};
  options.search.max_labels = checkpoint.max_steps - 1;
  options.search.probabilities = true;
  row.predictions =
      shared_predict(world_, rows_of(cache_, samples), shown(path) + " on " + split,
                     [&](const std::vector<std::int64_t>& part) {
                       return predict(*loaded.model, cache_, part, carved_.data().vocabulary, options);
                     });
  row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  add_reliability(row, carved, checkpoint.calibration);
  add(carved, std::move(row));
}

void Comparer::score_checkpoint(const std::filesystem::path& path) {
  const std::string loading = "loading " + shown(path);
  const Loaded loaded = distributed::agreed(
      world_, loading, [&] { return runtime::explained(loading, [&] { return load(path); }); });
  for (const std::string& split : config_.splits)
    score_split(path, loaded, split);
}

std::unique_lock<std::mutex> Comparer::changing() {
  return ends_in_time_ ? ends_in_time_->changing() : std::unique_lock<std::mutex>();
}

void Comparer::stop_before(const std::filesystem::path& path) {
  result_.failures.push_back(
      {fmt::format("stopped before {} was scored; give it and those after it again.", shown(path)), ""});
  result_.stopped = true;
}

void Comparer::fail(const std::filesystem::path& path, const Error& error) {
  std::string sentence = error.what();
  if (sentence.find(shown(path)) == std::string::npos) sentence = shown(path) + ": " + sentence;
  const auto lock = changing();
  result_.failures.push_back({std::move(sentence), runtime::causes(error)});
}

std::string Comparer::keep_rows() {
  if (!result_.stopped && at_ < config_.checkpoints.size()) stop_before(config_.checkpoints[at_]);
  return config_.keep(result_);
}

void Comparer::keep_so_far() {
  if (!config_.keep_so_far || result_.not_scored.empty()) return;
  const auto lock = changing();
  try {
    config_.keep_so_far(result_);
  } catch (const DataError& error) {
    // There is a last try at the end, when all is scored.
    config_.warn(error.what());
  }
}

Comparison Comparer::run() && {
  const EndsInGoodOrder keeps_the_rows;
  if (config_.keep) ends_in_time_.emplace([this] { return keep_rows(); });
  result_.not_scored = config_.checkpoints;
  keep_so_far();
  for (; at_ < config_.checkpoints.size() && !result_.stopped; ++at_) {
    const auto& path = config_.checkpoints[at_];
    try {
      if (world_.any(config_.stop(), "asking whether to stop")) throw Interrupted("stopped.");
      runtime::explained("scoring " + shown(path), [&] { score_checkpoint(path); });
    } catch (const distributed::LostProcess&) {
      throw;
    } catch (const Interrupted&) {
      const auto lock = changing();
      stop_before(path);
    } catch (const Error& error) {
      fail(path, error);
    }
    if (result_.stopped) break;
    {
      const auto lock = changing();
      result_.not_scored.erase(result_.not_scored.begin());
    }
    keep_so_far();
  }
  ends_in_time_.reset();
  return std::move(result_);
}

}  // namespace

Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored) {
  distributed::World alone;
  return compare(config, registry, scored, alone);
}

Comparison compare(const CompareConfig& config, const registry::Registry& registry,
                   const std::function<void(const ScoredSplit&)>& scored, distributed::World& world) {
  check(config);
  return Comparer(config, registry, scored, world).run();
}

}  // namespace tagloom::evaluation
