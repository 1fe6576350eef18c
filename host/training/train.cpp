#include "training/train.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "distributed/same_settings.hpp"
#include "plugins/guarded.hpp"
#include "runtime/exceptions.hpp"
#include "training/epoch_batches.hpp"
#include "training/epoch_log.hpp"
#include "training/feature_supply.hpp"
#include "training/inputs.hpp"
#include "training/learner.hpp"
#include "training/run_state.hpp"
#include "training/selection.hpp"
#include "training/shared_step.hpp"

#include <tagloom/error.hpp>
#include <tagloom/ordering.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/version.h>

#include <chrono>
#include <cmath>
#include <optional>
#include <span>

namespace tagloom::training {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr double kSaveEverySeconds = 60;

class Trainer {
 public:
  Trainer(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener,
          distributed::World& world);
  TrainResult run();

 private:
  TrainResult run_all();
  /// Inside a handler of what `error` says: saves the run and throws on.
  [[noreturn]] void end_early(const Error& error);
  /// For the user, of a run that ended early.
  [[nodiscard]] std::string what_is_kept() const;
  void resume();
  /// Every setting, defaults too.
  [[nodiscard]] std::map<std::string, std::string> full_record() const;
  void begin_stage(Stage stage);
  [[nodiscard]] std::int64_t planned_epochs() const;
  /// Of all processes together.
  [[nodiscard]] std::int64_t images_a_step() const { return config_.batch * world_.size(); }
  /// This process's images of a batch, those with the most labels first.
  [[nodiscard]] Share own_share(std::span<const std::int64_t> batch) const;
  bool run_epoch();
  void train_step(const Features& features, const LabelBatch& labels, bool counts);
  /// The rest of this epoch's.
  [[nodiscard]] std::vector<std::vector<featurecache::SourceRow>> rows_of(
      const std::vector<std::vector<std::int64_t>>& batches) const;
  void end_epoch(double loss);
  void save_checkpoint(const evaluation::Metrics& metrics, const std::vector<float>& thresholds) const;
  void save_run();

  const TrainConfig& config_;
  const TrainListener& listener_;
  distributed::World& world_;
  Inputs inputs_;
  plugins::Created<std::unique_ptr<Ordering>> ordering_;
  Learner learner_;
  FeatureSupply features_;
  std::map<std::string, std::string> record_;
  RunState state_;
  /// Of this epoch's steps; kept on the device, since reading it waits for the step.
  at::Tensor loss_sum_;
  std::optional<EpochLog> log_;
  Clock::time_point epoch_start_;
  Clock::time_point last_save_ = Clock::now();
};

/// Every setting, and what is trained on.
std::map<std::string, std::string> described(const TrainConfig& config, const Inputs& inputs) {
  auto record = described(config);
  record["data_fingerprint"] = inputs.cache().info().data_fingerprint;
  record["labels_fingerprint"] = inputs.labels_fingerprint;
  return record;
}

/// As all processes read them, started with the same options.
Inputs shared_inputs(const TrainConfig& config, distributed::World& world) {
  Inputs inputs = read_inputs(config);
  auto settings = described(config, inputs);
  settings["resume"] = config.resume ? "yes" : "no";
  distributed::require_same_settings(world, settings);
  return inputs;
}

featurecache::FeatureStream::Settings feature_settings(const Learner& learner) {
  return {.needs = learner.model().needs(),
          .device = learner.device(),
          // Decoders compute their products in the features' type.
          .type = learner.in_bfloat16() ? at::kBFloat16 : at::kFloat};
}

Trainer::Trainer(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener,
                 distributed::World& world)
    : config_(config),
      listener_(listener),
      world_(world),
      inputs_(shared_inputs(config, world)),
      ordering_(registry.ordering(config.ordering, config.ordering_options)),
      learner_(config, inputs_, registry, world, listener.note),
      features_(inputs_.caches, feature_settings(learner_), config.residency),
      record_(full_record()),
      loss_sum_(at::zeros({}, at::TensorOptions(learner_.device()).dtype(at::kDouble))) {
  if (const std::string summary = features_.summary(); !summary.empty()) listener_.note(summary);
  const models::Model& model = learner_.model();
  begin_stage(model.classifier() != nullptr && model.decoder() != nullptr && config.concept_epochs > 0
                  ? Stage::concepts
                  : Stage::labels);
  if (config.resume) resume();
  if (world_.is_first()) log_.emplace(config.output.string() + ".log.csv", state_.log_lines);
}

std::map<std::string, std::string> Trainer::full_record() const {
  TrainConfig full = config_;
  full.model = learner_.model().spec();
  full.batch = images_a_step();
  full.precision = learner_.in_bfloat16() ? "bfloat16" : "float32";
  full.ordering_options = ordering_.options.to_text();
  full.loss_options = learner_.objective().loss_options();
  full.multilabel_loss_options = learner_.objective().multilabel_loss_options();
  return described(full, inputs_);
}

void Trainer::resume() {
  const StoredRun run = read_run(state_path(config_), record_);
  if (world_.is_first() && run.state.best_epoch > 0 && !std::filesystem::exists(config_.output))
    throw DataError(
        fmt::format("{}, the best checkpoint of the run that {} goes on with, is gone; put it back, or "
                    "delete the latter and start afresh.",
                    config_.output.string(), state_path(config_).string()));
  begin_stage(run.state.stage);
  state_ = run.state;
  learner_.optimizer().show(Adam::Weights::current);
  load_strictly(learner_.model(), run.weights, "the weights of " + state_path(config_).string());
  learner_.optimizer().restore(run.optimizer, run.optimizer_steps);
  learner_.optimizer().show(Adam::Weights::training);
  listener_.note(fmt::format("Resuming in epoch {}, after {} batches of it.", state_.epoch, state_.batch));
}

std::int64_t Trainer::planned_epochs() const {
  return state_.stage == Stage::concepts ? config_.concept_epochs : config_.epochs;
}

void Trainer::begin_stage(Stage stage) {
  state_.stage = stage;
  state_.epoch = 1;
  state_.batch = 0;
  state_.step = 0;
  learner_.begin(stage, planned_epochs());
}

Share Trainer::own_share(std::span<const std::int64_t> batch) const {
  Share share = share_of(world_, batch);
  sort_by_length(share.images, inputs_.data.train);
  return share;
}

std::vector<std::vector<featurecache::SourceRow>> Trainer::rows_of(
    const std::vector<std::vector<std::int64_t>>& batches) const {
  const auto views = drawn_views(inputs_.train_images(), inputs_.caches.size(), config_.seed, state_.epoch);
  std::vector<std::vector<featurecache::SourceRow>> rows;
  for (auto batch = batches.begin() + state_.batch; batch != batches.end(); ++batch) {
    auto& chosen = rows.emplace_back();
    for (const std::int64_t image : own_share(*batch).images) {
      const auto i = static_cast<std::size_t>(image);
      chosen.push_back({.source = views[i], .row = inputs_.train_rows[views[i]][i]});
    }
  }
  return rows;
}

void Trainer::train_step(const Features& features, const LabelBatch& labels, bool counts) {
  at::manual_seed(step_seed(config_.seed, state_.epoch, state_.batch * world_.size() + world_.rank()));
  loss_sum_ += learner_.step(features, labels, counts, state_.step);
  ++state_.step;
  ++state_.batch;
}

/// False if it was stopped before its end.
bool Trainer::run_epoch() {
  epoch_start_ = Clock::now();
  learner_.model().train();
  const auto batches = shuffled_batches(inputs_.train_images(), images_a_step(), config_.seed, state_.epoch);
  const auto sequences = plugins::guarded("the ordering " + config_.ordering, [&] {
    return ordered_sequences(inputs_.data.train, *ordering_.component, inputs_.statistics, config_.seed,
                             state_.epoch);
  });
  loss_sum_.fill_(state_.loss_sum);
  features_.begin(rows_of(batches));
  while (state_.batch < static_cast<std::int64_t>(batches.size())) {
    const auto& batch = batches[static_cast<std::size_t>(state_.batch)];
    const Share share = own_share(batch);
    const LabelBatch labels = make_label_batch(picked<std::vector<std::int64_t>>(sequences, share.images),
                                               inputs_.data.vocabulary, inputs_.max_steps)
                                  .to(learner_.device());
    train_step(features_.next(), labels, share.counts);
    listener_.step(state_.epoch, std::min(state_.batch * images_a_step(), inputs_.train_images()),
                   inputs_.train_images());
    if (world_.any(listener_.stop(), "asking whether to stop")) return false;
    if (seconds_since(last_save_) > kSaveEverySeconds) save_run();
  }
  const double loss = loss_sum_.item<double>() / static_cast<double>(batches.size());
  if (!std::isfinite(loss))
    throw NumericError(fmt::format(
        "The loss became {} in epoch {}; lower --learning-rate or look for bad features in {}. {}", loss,
        state_.epoch, config_.cache.string(),
        state_.best_epoch > 0 ? "The best checkpoint so far is kept." : "There is no checkpoint yet."));
  end_epoch(loss);
  return true;
}

void Trainer::end_epoch(double loss) {
  learner_.optimizer().show(Adam::Weights::averaged);
  Judgement judgement = judge(world_, learner_.model(), state_.stage, config_, inputs_, learner_.device());
  EpochReport report{.stage = state_.stage == Stage::concepts ? "concepts" : "labels",
                     .epoch = state_.epoch,
                     .epochs = planned_epochs(),
                     .loss = loss,
                     .learning_rate = learner_.learning_rate(state_.step - 1),
                     .seconds = state_.epoch_seconds + seconds_since(epoch_start_),
                     .selection = std::move(judgement.metrics)};
  state_.seconds += report.seconds;
  state_.epoch_seconds = 0;
  const double score = report.selection.per_class.f1;
  report.best = state_.stage == Stage::labels && score > state_.best_score;
  if (report.best) {
    state_.best_score = score;
    state_.best_epoch = state_.epoch;
    save_checkpoint(report.selection, judgement.thresholds);
  }
  learner_.optimizer().show(Adam::Weights::training);
  if (log_) log_->append(report);
  ++state_.log_lines;
  ++state_.epoch;
  state_.batch = 0;
  state_.loss_sum = 0;
  loss_sum_.zero_();
  listener_.epoch(report);
}

void Trainer::save_checkpoint(const evaluation::Metrics& metrics,
                              const std::vector<float>& thresholds) const {
  if (!world_.is_first()) return;
  checkpoint::Checkpoint checkpoint{
      .vocabulary = inputs_.data.vocabulary,
      .train_counts = inputs_.statistics.counts,
      .features = checkpoint::feature_source(inputs_.cache().info()),
      .validation = {config_.validation, config_.seed},
      .model = learner_.model().spec(),
      .embedding = learner_.embeddings().defined() ? learner_.embeddings().size(1) : 0,
      .max_steps = inputs_.max_steps,
      .thresholds = thresholds,
      .record = record_,
      .weights = named_tensors(learner_.model())};
  auto& record = checkpoint.record;
  record["epoch"] = std::to_string(state_.epoch);
  record["train_images"] = std::to_string(inputs_.train_images());
  record["selection_images"] = std::to_string(inputs_.selection.size());
  record["train_seconds"] = fmt::format("{:.1f}", state_.seconds);
  record["selection_per_class_f1"] = fmt::format("{}", metrics.per_class.f1);
  record["parameters"] = std::to_string(learner_.model().parameter_count());
  record["libtorch"] = TORCH_VERSION;
  record["tagloom"] = TAGLOOM_VERSION;
  checkpoint::write_checkpoint(config_.output, checkpoint);
}

void Trainer::save_run() {
  last_save_ = Clock::now();
  if (!world_.is_first()) return;
  RunState now = state_;
  now.loss_sum = loss_sum_.item<double>();
  now.epoch_seconds += seconds_since(epoch_start_);
  learner_.optimizer().show(Adam::Weights::current);
  write_run(state_path(config_), {.state = now,
                                  .config = record_,
                                  .weights = named_tensors(learner_.model()),
                                  .optimizer = learner_.optimizer().state(),
                                  .optimizer_steps = learner_.optimizer().steps()});
  learner_.optimizer().show(Adam::Weights::training);
}

/// Whatever ends a run early, what was trained before is kept, if it is worth anything.
TrainResult Trainer::run() {
  try {
    return run_all();
  } catch (const NumericError&) {
    throw;
  } catch (const Error& error) {
    end_early(error);
  } catch (const std::exception& error) {
    end_early(plugins::failure("training " + subject(config_), error));
  }
}

void Trainer::end_early(const Error& error) {
  const bool trained = state_.step > 0 || state_.log_lines > 0;
  try {
    if (trained) save_run();
  } catch (const std::exception&) {
    std::throw_with_nested(
        Error(fmt::format("{} The last steps cannot be saved.", runtime::sentence(error.what()))));
  }
  std::throw_with_nested(
      Error(fmt::format("{}{}", runtime::sentence(error.what()), trained ? what_is_kept() : "")));
}

std::string Trainer::what_is_kept() const {
  if (world_.is_first()) return " The steps before it are kept: add --resume to the same command to go on.";
  return fmt::format(" If {} is there, add --resume to the same command to go on.",
                     state_path(config_).string());
}

TrainResult Trainer::run_all() {
  TrainResult result{.parameters = learner_.model().parameter_count()};
  listener_.note(fmt::format(
      "Training {} ({} parameters) on {} images of {} labels; {} {} images choose the best epoch.",
      learner_.model().spec().name(), result.parameters, inputs_.train_images(),
      inputs_.data.vocabulary.size(), inputs_.selection.size(), config_.select_on));
  const auto ended = [&] {
    const std::int64_t last =
        config_.stop_after > 0 ? std::min(config_.stop_after, config_.epochs) : config_.epochs;
    const bool stale = config_.patience > 0 && state_.best_epoch > 0 &&
                       state_.epoch - 1 - state_.best_epoch >= config_.patience;
    return state_.epoch > last || stale;
  };
  while (state_.stage == Stage::concepts || !ended()) {
    if (state_.stage == Stage::concepts && state_.epoch > config_.concept_epochs) begin_stage(Stage::labels);
    if (!run_epoch()) {
      save_run();
      return result;
    }
  }
  std::error_code ignored;
  if (world_.is_first()) std::filesystem::remove(state_path(config_), ignored);
  result.finished = true;
  result.best_epoch = state_.best_epoch;
  result.best_score = state_.best_score;
  result.seconds = state_.seconds;
  return result;
}

}  // namespace

TrainResult train(const TrainConfig& config, const plugins::Registry& registry,
                  const TrainListener& listener) {
  distributed::World alone;
  return train(config, registry, listener, alone);
}

TrainResult train(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener,
                  distributed::World& world) {
  check(config);
  if (!config.resume && std::filesystem::exists(state_path(config)))
    throw UsageError(fmt::format("{} is of an interrupted run; add --resume to go on with it, or delete it.",
                                 state_path(config).string()));
  std::optional<Trainer> trainer;
  plugins::guarded("preparing " + subject(config),
                   [&] { trainer.emplace(config, registry, listener, world); });
  return trainer->run();
}

}  // namespace tagloom::training
