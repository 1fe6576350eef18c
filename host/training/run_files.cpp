#include "training/run_files.hpp"

#include "runtime/explained.hpp"

#include <tagloom/base/name.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include <system_error>

namespace tagloom::training {

RunFiles::RunFiles(const TrainConfig& config, const RunPlan& plan, const runtime::Settings& record,
                   distributed::World& world)
    : config_(config), plan_(plan), record_(record), world_(world), state_path_(state_path(config)) {}

void RunFiles::go_on_from(const RunState& state) {
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
  later_ = later.epoch > 0 ? std::optional(later) : std::nullopt;
}

void RunFiles::open_logs(const RunState& state) {
  if (!world_.is_first()) return;
  log_.emplace(config_.output.string() + ".log.csv", state.log_lines);
  if (config_.tensorboard.empty()) return;
  // An epoch that is still to be judged has its last step's number.
  const std::int64_t first_step =
      plan_.steps_of_run(state) + (state.batch < plan_.batches_an_epoch() ? 1 : 0);
  events_.emplace(config_.tensorboard / config_.output.stem(), first_step, record_);
}

void RunFiles::begin_epoch(const RunState& state) {
  if (events_) events_->begin_epoch({.batches = state.batch, .loss_sum = state.loss_sum});
}

bool RunFiles::wants_point(const RunState& state) const {
  // The last step of an epoch is the epoch's own point.
  return events_ && state.batch % EventLog::kStepsAPoint == 0 && state.batch != plan_.batches_an_epoch();
}

void RunFiles::write_point(const RunState& state, double learning_rate, double loss_sum) {
  events_->write_point({.stage = std::string(word_for(state.stage)),
                        .step = plan_.steps_of_run(state),
                        .learning_rate = learning_rate,
                        .progress = {.batches = state.batch, .loss_sum = loss_sum}});
}

RunState RunFiles::keep_epoch(const TrainedModel& trained, const RunState& state, const EpochReport& report,
                              const Judgement& judgement) {
  RunState next = state;
  next.seconds += report.seconds;
  if (report.best) {
    if (world_.is_first()) write_best(trained, next, judgement);
    later_.reset();
    next.best_epoch = report.epoch;
    next.best_score = report.selection.per_class.f1;
  } else if (later_ && later_->epoch == report.epoch && state.stage == Stage::labels) {
    // Repeated on several threads, an epoch may come out a little worse than before; what is on the disk
    // stays.
    next.best_epoch = later_->epoch;
    next.best_score = later_->score;
    later_.reset();
  }
  if (log_) log_->append(report);
  if (events_) events_->write_epoch(report, plan_.steps_of_run(state));
  ++next.log_lines;
  ++next.epoch;
  next.batch = 0;
  next.loss_sum = 0;
  next.epoch_seconds = 0;
  return next;
}

void RunFiles::save(const StoredRun& run) const {
  write_run(state_path_, run);
}

ScoredEpoch RunFiles::best(const RunState& state) const {
  return later_.value_or(ScoredEpoch{.epoch = state.best_epoch, .score = state.best_score});
}

void RunFiles::remove_state() const {
  std::error_code ignored;
  if (world_.is_first()) std::filesystem::remove(state_path_, ignored);
}

bool RunFiles::has_state() const {
  std::error_code ignored;
  return std::filesystem::exists(state_path_, ignored);
}

std::string RunFiles::left_in_a_step() const {
  if (!world_.is_first())
    return fmt::format("stopped in the middle of a step; if {} is there, add --resume to the same command.",
                       shown(state_path_));
  if (has_state())
    return fmt::format(
        "stopped in the middle of a step; what {} holds stands: add --resume to the same "
        "command to go on from there.",
        shown(state_path_));
  return "stopped in the first step, before anything was saved; give the same command again.";
}

std::string RunFiles::kept_by_another() const {
  return fmt::format(" If {} is there, add --resume to the same command to go on.", shown(state_path_));
}

std::string RunFiles::cannot_be_saved() const {
  const std::string sentence = " The last steps cannot be saved";
  if (!has_state()) return sentence + ".";
  return sentence +
         fmt::format("; add --resume to the same command to go on from where {} stands.", shown(state_path_));
}

}  // namespace tagloom::training
