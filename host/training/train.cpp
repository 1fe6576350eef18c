#include "training/train.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "plugins/guarded.hpp"
#include "runtime/autocast.hpp"
#include "runtime/device.hpp"
#include "training/adam.hpp"
#include "training/epoch_batches.hpp"
#include "training/epoch_log.hpp"
#include "training/feature_supply.hpp"
#include "training/inputs.hpp"
#include "training/one_cycle.hpp"
#include "training/recorded_step.hpp"
#include "training/run_state.hpp"
#include "training/selection.hpp"
#include "training/shared_step.hpp"
#include "training/token_embeddings.hpp"

#include <tagloom/bfloat16.hpp>
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
  void create_model(const plugins::Registry& registry);
  void resume();
  void begin_stage(Stage stage);
  [[nodiscard]] std::int64_t planned_epochs() const;
  /// Of all processes together.
  [[nodiscard]] std::int64_t images_a_step() const { return config_.batch * world_.size(); }
  /// This process's images of a batch, those with the most labels first.
  [[nodiscard]] Share own_share(std::span<const std::int64_t> batch) const;
  bool run_epoch();
  /// Gradients are left with the parameters; the loss is returned.
  at::Tensor forward_and_backward(const Features& features, const LabelBatch& labels, bool counts);
  void train_step(const Features& features, const LabelBatch& labels, bool counts);
  void record_steps();
  /// The rest of this epoch's.
  [[nodiscard]] std::vector<std::vector<featurecache::SourceRow>> rows_of(
      const std::vector<std::vector<std::int64_t>>& batches) const;
  void end_epoch(double loss);
  void save_checkpoint(const evaluation::Metrics& metrics, const std::vector<float>& thresholds) const;
  void save_run();

  const TrainConfig& config_;
  const TrainListener& listener_;
  distributed::World& world_;
  at::Device device_;
  bool in_bfloat16_;
  Inputs inputs_;
  plugins::Created<std::unique_ptr<Ordering>> ordering_;
  Objective objective_;
  at::Tensor embeddings_;
  std::shared_ptr<models::Model> model_;
  std::map<std::string, std::string> record_;
  std::optional<FeatureSupply> features_;
  std::optional<Adam> optimizer_;
  std::optional<RecordedStep> recorded_;
  OneCycle schedule_;
  RunState state_;
  /// Of this epoch's steps; kept on the device, since reading it waits for the step.
  at::Tensor loss_sum_;
  std::optional<EpochLog> log_;
  Clock::time_point epoch_start_;
  Clock::time_point last_save_ = Clock::now();
};

Trainer::Trainer(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener,
                 distributed::World& world)
    : config_(config),
      listener_(listener),
      world_(world),
      device_(runtime::device_named(config.device, world.local_rank())),
      in_bfloat16_(runtime::product_type(config.precision, device_) == at::kBFloat16),
      inputs_(read_inputs(config)),
      ordering_(registry.ordering(config.ordering, config.ordering_options)),
      objective_(config, registry, inputs_.data.vocabulary) {
  if (!config.resume && std::filesystem::exists(state_path(config)))
    throw UsageError(fmt::format("{} is of an interrupted run; add --resume to go on with it, or delete it.",
                                 state_path(config).string()));
  loss_sum_ = at::zeros({}, at::TensorOptions(device_).dtype(at::kDouble));
  create_model(registry);
  begin_stage(model_->classifier() != nullptr && model_->decoder() != nullptr && config.concept_epochs > 0
                  ? Stage::concepts
                  : Stage::labels);
  if (config.resume) resume();
  if (world_.is_first()) log_.emplace(config.output.string() + ".log.csv", state_.log_lines);
}

void Trainer::create_model(const plugins::Registry& registry) {
  if (in_bfloat16_ && !multiplies_bfloat16(device_))
    listener_.note("This processor does not multiply bfloat16; --precision float32 is faster here.");
  if (!config_.embeddings.empty()) {
    TokenEmbeddings read = read_token_embeddings(config_.embeddings, inputs_.data.vocabulary, config_.seed);
    listener_.note(read.summary);
    embeddings_ = std::move(read.table);
  }
  // Initial weights draw from LibTorch's generators.
  at::manual_seed(config_.seed);
  model_ = models::create_model(config_.model,
                                {.labels = inputs_.data.vocabulary.size(),
                                 .features = inputs_.cache().info().feature_shape,
                                 .embeddings = embeddings_},
                                registry);
  for (const auto& cache : inputs_.caches)
    checkpoint::check_cache_has(model_->needs(), cache);
  model_->to(device_);
  if (in_bfloat16_ && device_.is_cuda()) runtime::allow_tf32();
  features_.emplace(
      inputs_.caches,
      featurecache::FeatureStream::Settings{.needs = model_->needs(),
                                            .device = device_,
                                            // Decoders compute their products in the features' type.
                                            .type = in_bfloat16_ ? at::kBFloat16 : at::kFloat},
      config_.residency);
  if (const std::string summary = features_->summary(); !summary.empty()) listener_.note(summary);
  std::vector<at::Tensor> weights;
  for (const auto& [unused, tensor] : named_tensors(*model_))
    weights.push_back(tensor);
  world_.take_from_first(weights, "sharing the first weights");
  TrainConfig full = config_;
  full.model = model_->spec();
  full.batch = images_a_step();
  full.precision = in_bfloat16_ ? "bfloat16" : "float32";
  full.ordering_options = ordering_.options.to_text();
  full.loss_options = objective_.loss_options();
  full.multilabel_loss_options = objective_.multilabel_loss_options();
  record_ = described(full);
  record_["data_fingerprint"] = inputs_.cache().info().data_fingerprint;
  record_["labels_fingerprint"] = inputs_.labels_fingerprint;
}

void Trainer::resume() {
  const StoredRun run = read_run(state_path(config_), record_);
  begin_stage(run.state.stage);
  state_ = run.state;
  optimizer_->show(Adam::Weights::current);
  load_strictly(*model_, run.weights, "the weights of " + state_path(config_).string());
  optimizer_->restore(run.optimizer, run.optimizer_steps);
  optimizer_->show(Adam::Weights::training);
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
  // The last stage's gives its weights back before the next one takes them.
  recorded_.reset();
  optimizer_.reset();
  optimizer_.emplace(objective_.trained(*model_, stage),
                     Adam::Settings{.clip_norm = config_.clip_norm, .average_decay = config_.average_decay},
                     in_bfloat16_ && model_->decoder() != nullptr ? model_->decoder()->product_weights()
                                                                  : std::vector<at::Tensor>());
  if (config_.cuda_graph) record_steps();
  const std::int64_t batches = (inputs_.train_images() + images_a_step() - 1) / images_a_step();
  schedule_ = {.max_lr = config_.learning_rate,
               .total_steps = batches * planned_epochs(),
               .pct_start = config_.pct_start};
}

void Trainer::record_steps() {
  const auto refuse = [](const char* why) {
    throw UsageError(fmt::format("--cuda-graph cannot be used here: {}; leave it out.", why));
  };
  if (!device_.is_cuda()) refuse("the device is no GPU");
  if (!RecordedStep::available()) refuse("this tagloom was built without CUDA");
  if (!world_.is_alone()) refuse("several processes exchange their gradients");
  if (config_.scheduled_sampling > 0) refuse("with --scheduled-sampling steps differ");
  if (objective_.runs_free()) refuse("the loss reads each step's outputs");
  recorded_.emplace(objective_.trained(*model_, state_.stage),
                    [this](const Features& features, const LabelBatch& labels) {
                      return forward_and_backward(features, labels, /*counts=*/true);
                    });
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

at::Tensor Trainer::forward_and_backward(const Features& features, const LabelBatch& labels, bool counts) {
  const double own_tokens = config_.scheduled_sampling * static_cast<double>(state_.step) /
                            static_cast<double>(schedule_.total_steps);
  at::Tensor loss;
  {
    const runtime::AutocastScope mixed(device_, in_bfloat16_);
    loss = shared_loss(world_, objective_(*model_, state_.stage, features, labels, own_tokens), counts);
  }
  loss.backward();
  return loss.detach();
}

void Trainer::train_step(const Features& features, const LabelBatch& labels, bool counts) {
  at::manual_seed(step_seed(config_.seed, state_.epoch, state_.batch * world_.size() + world_.rank()));
  optimizer_->zero_grad();
  const at::Tensor loss =
      recorded_ ? (*recorded_)(features, labels) : forward_and_backward(features, labels, counts);
  sum_gradients(world_, objective_.trained(*model_, state_.stage), loss);
  optimizer_->step(schedule_.learning_rate(state_.step));
  loss_sum_ += loss;
  ++state_.step;
  ++state_.batch;
}

/// False if it was stopped before its end.
bool Trainer::run_epoch() {
  epoch_start_ = Clock::now();
  model_->train();
  const auto batches = shuffled_batches(inputs_.train_images(), images_a_step(), config_.seed, state_.epoch);
  const auto sequences = plugins::guarded("the ordering " + config_.ordering, [&] {
    return ordered_sequences(inputs_.data.train, *ordering_.component, inputs_.statistics, config_.seed,
                             state_.epoch);
  });
  loss_sum_.fill_(state_.loss_sum);
  features_->begin(rows_of(batches));
  while (state_.batch < static_cast<std::int64_t>(batches.size())) {
    const auto& batch = batches[static_cast<std::size_t>(state_.batch)];
    const Share share = own_share(batch);
    const LabelBatch labels = make_label_batch(picked<std::vector<std::int64_t>>(sequences, share.images),
                                               inputs_.data.vocabulary, inputs_.max_steps)
                                  .to(device_);
    train_step(features_->next(), labels, share.counts);
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
  optimizer_->show(Adam::Weights::averaged);
  Judgement judgement = judge(world_, *model_, state_.stage, config_, inputs_, device_);
  EpochReport report{.stage = state_.stage == Stage::concepts ? "concepts" : "labels",
                     .epoch = state_.epoch,
                     .epochs = planned_epochs(),
                     .loss = loss,
                     .learning_rate = schedule_.learning_rate(state_.step - 1),
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
  optimizer_->show(Adam::Weights::training);
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
  checkpoint::Checkpoint checkpoint{.vocabulary = inputs_.data.vocabulary,
                                    .train_counts = inputs_.statistics.counts,
                                    .features = checkpoint::feature_source(inputs_.cache().info()),
                                    .validation = {config_.validation, config_.seed},
                                    .model = model_->spec(),
                                    .embedding = embeddings_.defined() ? embeddings_.size(1) : 0,
                                    .max_steps = inputs_.max_steps,
                                    .thresholds = thresholds,
                                    .record = record_,
                                    .weights = named_tensors(*model_)};
  auto& record = checkpoint.record;
  record["epoch"] = std::to_string(state_.epoch);
  record["train_images"] = std::to_string(inputs_.train_images());
  record["selection_images"] = std::to_string(inputs_.selection.size());
  record["train_seconds"] = fmt::format("{:.1f}", state_.seconds);
  record["selection_per_class_f1"] = fmt::format("{}", metrics.per_class.f1);
  record["parameters"] = std::to_string(model_->parameter_count());
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
  optimizer_->show(Adam::Weights::current);
  write_run(state_path(config_), {.state = now,
                                  .config = record_,
                                  .weights = named_tensors(*model_),
                                  .optimizer = optimizer_->state(),
                                  .optimizer_steps = optimizer_->steps()});
  optimizer_->show(Adam::Weights::training);
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
    std::throw_with_nested(Error(fmt::format("{} The last steps cannot be saved.", error.what())));
  }
  std::throw_with_nested(Error(fmt::format(
      "{}{}", error.what(),
      trained ? " The steps before it are kept: add --resume to the same command to go on." : "")));
}

TrainResult Trainer::run_all() {
  TrainResult result{.parameters = model_->parameter_count()};
  listener_.note(fmt::format(
      "Training {} ({} parameters) on {} images of {} labels; {} {} images choose the best epoch.",
      model_->spec().name(), result.parameters, inputs_.train_images(), inputs_.data.vocabulary.size(),
      inputs_.selection.size(), config_.select_on));
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
  std::optional<Trainer> trainer;
  plugins::guarded("preparing " + subject(config),
                   [&] { trainer.emplace(config, registry, listener, world); });
  return trainer->run();
}

}  // namespace tagloom::training
