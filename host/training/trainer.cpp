#include "training/trainer.hpp"

#include "distributed/same_settings.hpp"
#include "evaluation/cached_images.hpp"
#include "runtime/exceptions.hpp"
#include "runtime/explained.hpp"
#include "training/calibration.hpp"
#include "training/epoch_batches.hpp"
#include "training/hindsight.hpp"
#include "training/label_batch.hpp"
#include "training/run_record.hpp"
#include "training/selection.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <exception>
#include <filesystem>
#include <memory>
#include <utility>

namespace tagloom::training {
namespace {

std::string word_for(Stage stage) {
  return stage == Stage::concepts ? "concepts" : "labels";
}

double seconds_since(SaveSchedule::Clock::time_point start) {
  return std::chrono::duration<double>(SaveSchedule::Clock::now() - start).count();
}

/// As all processes read them, started with the same options.
Inputs shared_inputs(const TrainConfig& config, distributed::World& world) {
  Inputs inputs = read_inputs(config);
  auto settings = run_record(config, inputs);
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

void warn_of(const Inputs& inputs, const TrainListener& listener) {
  for (const std::string& remark : datasets::remarks(inputs.data))
    listener.warn(remark);
  const evaluation::NamedSplit others[] = {{"validation", inputs.data.validation},
                                           {"test", inputs.data.test}};
  for (const std::string& warning :
       {evaluation::left_out_note(inputs.left_out, "images of training and selection"),
        evaluation::shared_images_warning(inputs.cache(), inputs.data.train, others)}) {
    if (!warning.empty()) listener.warn(warning);
  }
}

std::optional<StoredRun> interrupted_run(const TrainConfig& config, distributed::World& world) {
  if (!config.resume) return std::nullopt;
  return distributed::agreed(world, "reading the interrupted run",
                             [&] { return std::optional(read_run(state_path(config))); });
}

/// What `auto` was when the run began, it is now, on whatever machine.
TrainConfig with_its_precision(TrainConfig config, const StoredRun& run) {
  const auto recorded = run.config.find("precision");
  if (config.precision == runtime::Precision::automatic && recorded != run.config.end())
    config.precision =
        options::named_by<runtime::Precision>(recorded->second).value_or(runtime::Precision::automatic);
  return config;
}

}  // namespace

Trainer::Trainer(const TrainConfig& config, const registry::Registry& registry, const TrainListener& listener,
                 distributed::World& world)
    : registry_(registry),
      listener_(listener),
      world_(world),
      inputs_(shared_inputs(config, world)),
      interrupted_(interrupted_run(config, world)),
      config_(interrupted_ ? with_its_precision(config, *interrupted_) : config),
      ordering_(registry.create<Ordering>(config.ordering, config.ordering_options)),
      learner_(config_, inputs_, registry, world, listener.note),
      features_(inputs_.caches, feature_settings(learner_), config.residency),
      record_(run_record(config, inputs_, learner_, ordering_.options.to_text(), images_a_step())),
      loss_sum_(at::zeros({}, at::TensorOptions(learner_.device()).dtype(at::kDouble))) {
  if (const std::string summary = features_.summary(); !summary.empty()) listener_.note(summary);
  warn_of(inputs_, listener_);
  begin_stage(has_concept_stage() ? Stage::concepts : Stage::labels);
  if (interrupted_) resume(*std::exchange(interrupted_, std::nullopt));
  if (world_.is_first()) open_logs();
}

void Trainer::open_logs() {
  log_.emplace(config_.output.string() + ".log.csv", state_.log_lines);
  if (config_.tensorboard.empty()) return;
  // An epoch that is still to be judged has its last step's number.
  const std::int64_t first_step = steps_of_run() + (state_.batch < batches_an_epoch() ? 1 : 0);
  events_.emplace(config_.tensorboard / config_.output.stem(), first_step, record_);
}

void Trainer::resume(const StoredRun& run) {
  check_same(run, record_, state_path(config_));
  later_ = later_at_first(run.state);
  begin_stage(run.state.stage);
  state_ = run.state;
  learner_.optimizer().show(Adam::Weights::current);
  load_strictly(learner_.model(), run.weights, "the weights of " + shown(state_path(config_)));
  learner_.optimizer().restore(run.optimizer, run.optimizer_steps);
  learner_.optimizer().show(Adam::Weights::training);
  listener_.note(fmt::format("Resuming in epoch {}, after {} batches of it.", state_.epoch, state_.batch));
}

std::optional<ScoredEpoch> Trainer::later_at_first(const RunState& state) {
  const auto found = distributed::agreed(world_, "looking at the best checkpoint", [&] {
    return runtime::explained("looking at the best checkpoint", [&] {
      return world_.is_first() ? later_best(config_.output, state, record_) : std::nullopt;
    });
  });
  const ScoredEpoch own = found.value_or(ScoredEpoch());
  const at::Tensor numbers = at::tensor({static_cast<double>(own.epoch), own.score}, at::kDouble);
  world_.take_from_first({numbers}, "looking at the best checkpoint");
  const ScoredEpoch later{.epoch = static_cast<std::int64_t>(numbers[0].item<double>()),
                          .score = numbers[1].item<double>()};
  return later.epoch > 0 ? std::optional(later) : std::nullopt;
}

std::int64_t Trainer::batches_an_epoch() const {
  return (inputs_.train_images() + images_a_step() - 1) / images_a_step();
}

bool Trainer::has_concept_stage() const {
  const models::Model& model = learner_.model();
  return model.classifier() != nullptr && model.decoder() != nullptr && config_.concept_epochs > 0;
}

std::int64_t Trainer::steps_of_run() const {
  const bool is_second = state_.stage == Stage::labels && has_concept_stage();
  return state_.step + (is_second ? config_.concept_epochs * batches_an_epoch() : 0);
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

void Trainer::train_step(const EpochPlan& plan) {
  const Share& share = plan.shares[static_cast<std::size_t>(state_.batch)];
  const LabelBatch labels = label_batch(plan.sequences_of(share), inputs_.data.vocabulary,
                                        {.steps = inputs_.max_steps,
                                         .always_all = learner_.objective().reads_steps_after_stop() ||
                                                       !learner_.device().is_cpu()})
                                .to(learner_.device());
  auto features = std::make_unique<const Features>(features_.next());
  at::manual_seed(step_seed(config_.seed, state_.epoch, state_.batch * world_.size() + world_.rank()));
  try {
    loss_sum_ += learner_.step(*features, labels, share.counts, state_.step);
  } catch (const std::exception& error) {
    // Their memory is another stream's, and freeing it would ask the GPU whether this one still uses it: one
    // that failed answers by ending the process, before anything is said.
    if (runtime::gpu_failed(error)) (void)features.release();
    throw;
  }
  ++state_.step;
  ++state_.batch;
  log_step();
}

void Trainer::log_step() {
  // The last step of an epoch is the epoch's own point.
  if (!events_ || state_.batch % EventLog::kStepsAPoint != 0 || state_.batch == batches_an_epoch()) return;
  events_->write_point({.stage = word_for(state_.stage),
                        .step = steps_of_run(),
                        .learning_rate = learner_.learning_rate(state_.step - 1),
                        .progress = {.batches = state_.batch, .loss_sum = loss_sum_.item<double>()}});
}

bool Trainer::run_epoch() {
  epoch_start_ = Clock::now();
  learner_.model().train();
  // Before anything that may fail: what is saved then has the loss of the epoch's steps so far.
  loss_sum_.fill_(state_.loss_sum);
  if (events_) events_->begin_epoch({.batches = state_.batch, .loss_sum = state_.loss_sum});
  EpochPlan plan = plan_epoch(config_, inputs_, *ordering_.component, world_, state_.epoch);
  features_.begin({plan.rows.begin() + state_.batch, plan.rows.end()});
  while (state_.batch < plan.batches()) {
    train_step(plan);
    listener_.step(state_.epoch, std::min(state_.batch * images_a_step(), inputs_.train_images()),
                   inputs_.train_images());
    if (world_.any(listener_.stop(), "asking whether to stop")) return false;
    if (save_schedule_.is_due(Clock::now())) save_run();
  }
  end_epoch(mean_loss(plan.batches()));
  return true;
}

double Trainer::mean_loss(std::int64_t batches) const {
  const double loss = loss_sum_.item<double>() / static_cast<double>(batches);
  if (!std::isfinite(loss))
    throw NumericError(fmt::format(
        "The loss {} became {} in epoch {}; lower --learning-rate or look for bad features in {}. {}",
        shown(config_.model.decoder.empty() ? config_.multilabel_loss : config_.loss), loss, state_.epoch,
        shown(inputs_.cache().path()),
        state_.best_epoch > 0 ? "The best checkpoint so far is kept." : "There is no checkpoint yet."));
  return loss;
}

void Trainer::end_epoch(double loss) {
  learner_.optimizer().show(Adam::Weights::averaged);
  const Judgement judgement =
      judge(world_, learner_.model(), state_.stage, config_, inputs_, learner_.device());
  const EpochReport report = report_of(loss, judgement);
  state_ = distributed::agreed(world_, "keeping an epoch", [&] {
    return runtime::explained("keeping an epoch", [&] { return kept(report, judgement); });
  });
  learner_.optimizer().show(Adam::Weights::training);
  loss_sum_.zero_();
  listener_.epoch(report);
}

EpochReport Trainer::report_of(double loss, const Judgement& judgement) const {
  return {.stage = word_for(state_.stage),
          .epoch = state_.epoch,
          .epochs = planned_epochs(),
          .loss = loss,
          .learning_rate = learner_.learning_rate(state_.step - 1),
          .seconds = state_.epoch_seconds + seconds_since(epoch_start_),
          .selection = judgement.metrics,
          .best = state_.stage == Stage::labels && judgement.metrics.per_class.f1 > state_.best_score};
}

RunState Trainer::kept(const EpochReport& report, const Judgement& judgement) {
  const auto lock = ends_in_time_->changing();
  RunState next = state_;
  next.seconds += report.seconds;
  if (report.best) {
    if (world_.is_first()) write_best({config_, inputs_, learner_, record_}, next, judgement);
    later_.reset();
    next.best_epoch = report.epoch;
    next.best_score = report.selection.per_class.f1;
  } else if (later_ && later_->epoch == report.epoch && state_.stage == Stage::labels) {
    // Repeated on several threads, an epoch may come out a little worse than before; what is on the disk
    // stays.
    next.best_epoch = later_->epoch;
    next.best_score = later_->score;
    later_.reset();
  }
  if (log_) log_->append(report);
  if (events_) events_->write_epoch(report, steps_of_run());
  ++next.log_lines;
  ++next.epoch;
  next.batch = 0;
  next.loss_sum = 0;
  next.epoch_seconds = 0;
  return next;
}

void Trainer::save_run() {
  const Clock::time_point began = Clock::now();
  if (world_.is_first()) {
    RunState now = state_;
    now.loss_sum = loss_sum_.item<double>();
    now.epoch_seconds += seconds_since(epoch_start_);
    learner_.optimizer().show(Adam::Weights::current);
    const auto lock = ends_in_time_->changing();
    write_run(state_path(config_), {.state = now,
                                    .config = record_,
                                    .weights = named_tensors(learner_.model()),
                                    .optimizer = learner_.optimizer().state(),
                                    .optimizer_steps = learner_.optimizer().steps()});
    learner_.optimizer().show(Adam::Weights::training);
  }
  save_schedule_.saved(began, Clock::now());
}

TrainResult Trainer::run() {
  // Waiting for a step, and saving what it came to, is worth more than an end within a second.
  constexpr std::chrono::seconds kForAStep{5};
  ends_in_time_.emplace(kForAStep, [this] { return left_in_a_step(); });
  try {
    return runtime::explained("training", [&] { return run_all(); });
  } catch (const NumericError&) {
    throw;
  } catch (const Interrupted&) {
    return stopped();
  } catch (const Error& error) {
    // What another process of the same group was told by a signal, this one was told, too.
    if (!world_.is_alone() && listener_.stop()) return stopped();
    end_early(error);
  }
}

TrainResult Trainer::stopped() {
  save_run();
  return {.parameters = learner_.model().parameter_count()};
}

std::string Trainer::left_in_a_step() const {
  const std::string state = shown(state_path(config_).string());
  if (!world_.is_first())
    return fmt::format("stopped in the middle of a step; if {} is there, add --resume to the same command.",
                       state);
  std::error_code ignored;
  if (std::filesystem::exists(state_path(config_), ignored))
    return fmt::format(
        "stopped in the middle of a step; what {} holds stands: add --resume to the same "
        "command to go on from there.",
        state);
  return "stopped in the first step, before anything was saved; give the same command again.";
}

void Trainer::end_early(const Error& error) {
  const std::string sentence = error.what() + save_what_there_is();
  // The exit status goes by it.
  if (dynamic_cast<const DataError*>(&error) != nullptr) std::throw_with_nested(DataError(sentence));
  std::throw_with_nested(Error(sentence));
}

std::string Trainer::save_what_there_is() {
  if (state_.step == 0 && state_.log_lines == 0) return {};
  const std::string state = shown(state_path(config_).string());
  if (!world_.is_first())
    return fmt::format(" If {} is there, add --resume to the same command to go on.", state);
  try {
    save_run();
  } catch (const std::exception&) {
    std::error_code ignored;
    return std::string(" The last steps cannot be saved") +
           (std::filesystem::exists(state_path(config_), ignored)
                ? fmt::format("; add --resume to the same command to go on from where {} stands.", state)
                : ".");
  }
  return " The steps before it are kept: add --resume to the same command to go on.";
}

bool Trainer::has_ended() const {
  if (state_.stage == Stage::concepts) return false;
  const std::int64_t last =
      config_.stop_after > 0 ? std::min(config_.stop_after, config_.epochs) : config_.epochs;
  const bool stale = config_.patience > 0 && state_.best_epoch > 0 &&
                     state_.epoch - 1 - state_.best_epoch >= config_.patience;
  return state_.epoch > last || stale;
}

TrainResult Trainer::run_all() {
  listener_.note(fmt::format(
      "Training {} ({} parameters) on {} images of {} labels; {} {} images choose the best epoch.",
      learner_.model().spec().name(), learner_.model().parameter_count(), inputs_.train_images(),
      inputs_.data.vocabulary.size(), inputs_.selection.size(), options::word_for(config_.select_on)));
  while (!has_ended()) {
    if (state_.stage == Stage::concepts && state_.epoch > config_.concept_epochs) begin_stage(Stage::labels);
    if (!run_epoch()) return stopped();
  }
  return finish();
}

void Trainer::finish_checkpoint() {
  const RunsEnd end{.epochs = state_.epoch - 1,
                    .calibration = calibration_of(config_.output, inputs_, registry_, learner_.device())};
  {
    const auto lock = ends_in_time_->changing();
    mark_finished(config_.output, end);
  }
  listener_.note(calibration_note(end.calibration, config_));
}

TrainResult Trainer::finish() {
  const std::int64_t epochs = state_.epoch - 1;
  if (later_) {
    state_.best_epoch = later_->epoch;
    state_.best_score = later_->score;
  }
  distributed::agreed(world_, "marking the checkpoint as finished", [&] {
    return runtime::explained("marking the checkpoint as finished", [&] {
      if (world_.is_first()) finish_checkpoint();
      return true;
    });
  });
  ends_in_time_.reset();
  std::error_code ignored;
  if (world_.is_first()) std::filesystem::remove(state_path(config_), ignored);
  const TrainResult result{.finished = true,
                           .best_epoch = state_.best_epoch,
                           .best_score = state_.best_score,
                           .parameters = learner_.model().parameter_count(),
                           .seconds = state_.seconds};
  if (const std::string warning = hindsight(inputs_, result, epochs); !warning.empty())
    listener_.warn(warning);
  return result;
}

}  // namespace tagloom::training
