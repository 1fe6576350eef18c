#include "training/trainer.hpp"

#include "runtime/exceptions.hpp"
#include "runtime/explained.hpp"
#include "training/calibration.hpp"
#include "training/epoch_batches.hpp"
#include "training/hindsight.hpp"
#include "training/label_batch.hpp"
#include "training/run_record.hpp"
#include "training/run_start.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/interrupt.hpp>
#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <memory>
#include <utility>

namespace tagloom::training {
namespace {

/// A concept layer, and a decoder above it.
bool has_two_stages(const models::Model& model) {
  return model.classifier() != nullptr && model.decoder() != nullptr;
}

double seconds_since(SaveSchedule::Clock::time_point start) {
  return std::chrono::duration<double>(SaveSchedule::Clock::now() - start).count();
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
      plan_(plan_run(config_, inputs_.train_images(), config_.batch * world.size(),
                     has_two_stages(learner_.model()))),
      record_(run_record(config, inputs_, learner_, ordering_.options.to_text(), plan_.images_a_step)),
      files_(config_, plan_, record_, world),
      features_(inputs_.caches, feature_settings(learner_), config.residency),
      loss_sum_(at::zeros({}, at::TensorOptions(learner_.device()).dtype(at::kDouble))) {
  if (const std::string summary = features_.summary(); !summary.empty()) listener_.note(summary);
  warn_of(inputs_, listener_);
  begin_stage(plan_.first_stage());
  if (interrupted_) resume(*std::exchange(interrupted_, std::nullopt));
  files_.open_logs(state_);
}

void Trainer::resume(const StoredRun& run) {
  check_same(run, record_, state_path(config_));
  files_.go_on_from(run.state);
  begin_stage(run.state.stage);
  state_ = run.state;
  learner_.optimizer().show(Adam::Weights::current);
  load_strictly(learner_.model(), run.weights, "the weights of " + shown(state_path(config_)));
  learner_.optimizer().restore(run.optimizer, run.optimizer_steps);
  learner_.optimizer().show(Adam::Weights::training);
  listener_.note(fmt::format("Resuming in epoch {}, after {} batches of it.", state_.epoch, state_.batch));
}

void Trainer::begin_stage(Stage stage) {
  state_.stage = stage;
  state_.epoch = 1;
  state_.batch = 0;
  state_.step = 0;
  judge_.reset();
  learner_.begin(stage, plan_.epochs_of(stage));
  judge_.emplace(config_, inputs_, learner_.model(),
                 Judge::Settings{.stage = stage,
                                 .epochs = plan_.epochs_of(stage),
                                 .processes = world_.size(),
                                 .device = learner_.device(),
                                 .note = listener_.note,
                                 .recording_failed = [this] { learner_.forget_recordings(); }});
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
  if (files_.wants_point(state_))
    files_.write_point(state_, learner_.learning_rate(state_.step - 1), loss_sum_.item<double>());
}

bool Trainer::run_epoch() {
  epoch_start_ = Clock::now();
  learner_.model().train();
  // Before anything that may fail: what is saved then has the loss of the epoch's steps so far.
  loss_sum_.fill_(state_.loss_sum);
  files_.begin_epoch(state_);
  EpochPlan plan = plan_epoch(config_, inputs_, *ordering_.component, world_, state_.epoch);
  features_.begin({plan.rows.begin() + state_.batch, plan.rows.end()});
  while (state_.batch < plan.batches()) {
    train_step(plan);
    listener_.step(state_.epoch, std::min(state_.batch * plan_.images_a_step, plan_.images), plan_.images);
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
  const Judgement judgement = (*judge_)(world_);
  const EpochReport report = report_of(loss, judgement);
  state_ = distributed::agreed(world_, "keeping an epoch", [&] {
    return runtime::explained("keeping an epoch", [&] {
      const auto lock = ends_in_time_->changing();
      return files_.keep_epoch({config_, inputs_, learner_, record_}, state_, report, judgement);
    });
  });
  learner_.optimizer().show(Adam::Weights::training);
  loss_sum_.zero_();
  listener_.epoch(report);
}

EpochReport Trainer::report_of(double loss, const Judgement& judgement) const {
  return {.stage = std::string(word_for(state_.stage)),
          .epoch = state_.epoch,
          .epochs = plan_.epochs_of(state_.stage),
          .loss = loss,
          .learning_rate = learner_.learning_rate(state_.step - 1),
          .seconds = state_.epoch_seconds + seconds_since(epoch_start_),
          .selection = judgement.metrics,
          .best = state_.stage == Stage::labels && judgement.metrics.per_class.f1 > state_.best_score};
}

void Trainer::save_run() {
  const Clock::time_point began = Clock::now();
  if (world_.is_first()) {
    RunState now = state_;
    now.loss_sum = loss_sum_.item<double>();
    now.epoch_seconds += seconds_since(epoch_start_);
    learner_.optimizer().show(Adam::Weights::current);
    const auto lock = ends_in_time_->changing();
    files_.save({.state = now,
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
  ends_in_time_.emplace(kForAStep, [this] { return files_.left_in_a_step(); });
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

void Trainer::end_early(const Error& error) {
  const std::string sentence = error.what() + save_what_there_is();
  // The exit status goes by it.
  if (dynamic_cast<const DataError*>(&error) != nullptr) std::throw_with_nested(DataError(sentence));
  std::throw_with_nested(Error(sentence));
}

std::string Trainer::save_what_there_is() {
  if (state_.step == 0 && state_.log_lines == 0) return {};
  if (!world_.is_first()) return files_.kept_by_another();
  try {
    save_run();
  } catch (const std::exception&) {
    return files_.cannot_be_saved();
  }
  return " The steps before it are kept: add --resume to the same command to go on.";
}

TrainResult Trainer::run_all() {
  listener_.note(fmt::format(
      "Training {} ({} parameters) on {} images of {} labels; {} {} images choose the best epoch.",
      learner_.model().spec().name(), learner_.model().parameter_count(), plan_.images,
      inputs_.data.vocabulary.size(), inputs_.selection.size(), options::word_for(config_.select_on)));
  while (!plan_.is_over(state_)) {
    if (plan_.stage_is_over(state_)) begin_stage(Stage::labels);
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
  const ScoredEpoch best = files_.best(state_);
  state_.best_epoch = best.epoch;
  state_.best_score = best.score;
  distributed::agreed(world_, "marking the checkpoint as finished", [&] {
    return runtime::explained("marking the checkpoint as finished", [&] {
      if (world_.is_first()) finish_checkpoint();
      return true;
    });
  });
  ends_in_time_.reset();
  files_.remove_state();
  const TrainResult result{.finished = true,
                           .best_epoch = best.epoch,
                           .best_score = best.score,
                           .parameters = learner_.model().parameter_count(),
                           .seconds = state_.seconds};
  if (const std::string warning = hindsight(inputs_, result, epochs); !warning.empty())
    listener_.warn(warning);
  return result;
}

}  // namespace tagloom::training
