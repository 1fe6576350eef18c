#include "training/train.hpp"

#include "checkpoint/checkpoint.hpp"
#include "checkpoint/feature_source.hpp"
#include "evaluation/evaluate.hpp"
#include "runtime/device.hpp"
#include "training/epoch_batches.hpp"
#include "training/epoch_log.hpp"
#include "training/one_cycle.hpp"
#include "training/token_embeddings.hpp"

#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/datasets/split.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/error.hpp>
#include <tagloom/featurecache/stream.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/ordering.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <torch/optim/adam.h>
#include <torch/version.h>

#include <chrono>
#include <cmath>

namespace tagloom::training {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::int64_t parameter_count(const Decoder& decoder) {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : decoder.parameters())
    count += parameter.numel();
  return count;
}

std::vector<at::Tensor> trainable(const Decoder& decoder) {
  std::vector<at::Tensor> parameters;
  for (const at::Tensor& parameter : decoder.parameters()) {
    if (parameter.requires_grad()) parameters.push_back(parameter);
  }
  return parameters;
}

/// Throws UsageError for a number that no run can use.
void check(const TrainConfig& config) {
  const auto demand = [](bool usable, const char* option, const char* range, auto value) {
    if (!usable) throw UsageError(fmt::format("--{} is {}; it must be {}.", option, value, range));
  };
  demand(config.epochs >= 1, "epochs", "at least 1", config.epochs);
  demand(config.batch >= 1, "batch", "at least 1", config.batch);
  demand(config.learning_rate > 0 && std::isfinite(config.learning_rate), "learning-rate", "above 0",
         config.learning_rate);
  demand(config.pct_start >= 0 && config.pct_start <= 1, "pct-start", "from 0 to 1", config.pct_start);
}

/// A run: everything that does not change from epoch to epoch.
class Trainer {
 public:
  Trainer(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener);
  TrainResult run();

 private:
  double train_epoch(std::int64_t epoch);
  at::Tensor forward(const Features& features, const LabelBatch& labels);
  void save(std::int64_t epoch, const evaluation::Metrics& validation) const;

  const TrainConfig& config_;
  const TrainListener& listener_;
  at::Device device_;
  datasets::Dataset data_;
  LabelStatistics statistics_;
  featurecache::CacheReader cache_;
  std::vector<std::int64_t> train_rows_;
  std::vector<std::int64_t> validation_rows_;
  at::Tensor embeddings_;
  std::int64_t max_steps_;
  plugins::Created<std::unique_ptr<Ordering>> ordering_;
  plugins::Created<std::unique_ptr<Loss>> loss_;
  plugins::Created<std::shared_ptr<Decoder>> decoder_;
  std::unique_ptr<torch::optim::Adam> optimizer_;
  OneCycle schedule_;
  std::int64_t step_ = 0;
};

Trainer::Trainer(const TrainConfig& config, const plugins::Registry& registry, const TrainListener& listener)
    : config_(config),
      listener_(listener),
      device_(runtime::device_named(config.device)),
      data_(datasets::carve_validation(datasets::read_corel5k(config.data), config.validation, config.seed)),
      statistics_(datasets::label_statistics(data_.vocabulary, data_.train)),
      cache_(config.cache),
      train_rows_(evaluation::rows_of(cache_, data_.train)),
      validation_rows_(evaluation::rows_of(cache_, data_.validation)),
      // The longest sequence and its stop token.
      max_steps_(std::max(datasets::max_labels(data_.train), datasets::max_labels(data_.validation)) + 1),
      ordering_(registry.ordering(config.ordering, config.ordering_options)),
      loss_(registry.loss(config.loss, config.loss_options)) {
  if (data_.validation.empty())
    throw UsageError(
        "Training needs a validation split to choose the best epoch by; give --validation above 0.");
  if (!config.embeddings.empty()) {
    TokenEmbeddings read = read_token_embeddings(config.embeddings, data_.vocabulary, config.seed);
    listener_.note(read.summary);
    embeddings_ = std::move(read.table);
  }
  // Initial weights and dropout draw from LibTorch's generators.
  at::manual_seed(config.seed);
  decoder_ = registry.decoder(config.decoder, config.decoder_options,
                              {.labels = data_.vocabulary.size(),
                               .features = cache_.info().feature_shape,
                               .embeddings = embeddings_});
  checkpoint::check_cache_has(decoder_.component->needs(), cache_);
  decoder_.component->to(device_);
  optimizer_ = std::make_unique<torch::optim::Adam>(trainable(*decoder_.component),
                                                    torch::optim::AdamOptions(config.learning_rate));
  const auto images = static_cast<std::int64_t>(train_rows_.size());
  schedule_ = {.max_lr = config.learning_rate,
               .total_steps = (images + config.batch - 1) / config.batch * config.epochs,
               .pct_start = config.pct_start};
}

at::Tensor Trainer::forward(const Features& features, const LabelBatch& labels) {
  Decoder& decoder = *decoder_.component;
  if (loss_.component->logits_kind() == LogitsKind::teacher_forced)
    return decoder.teacher_forced(features, labels.inputs);
  return free_running(decoder, features, data_.vocabulary.start(), max_steps_);
}

double Trainer::train_epoch(std::int64_t epoch) {
  decoder_.component->train();
  const auto images = static_cast<std::int64_t>(train_rows_.size());
  const auto batches = shuffled_batches(images, config_.batch, config_.seed, epoch);
  const auto sequences =
      ordered_sequences(data_.train, *ordering_.component, statistics_, config_.seed, epoch);
  std::vector<std::vector<std::int64_t>> rows;
  for (const auto& batch : batches)
    rows.push_back(picked<std::int64_t>(train_rows_, batch));
  featurecache::FeatureStream stream(
      cache_, std::move(rows), {.needs = decoder_.component->needs(), .device = device_, .type = at::kFloat});
  // Summed on the device, read once an epoch.
  at::Tensor loss_sum = at::zeros({}, at::TensorOptions(device_).dtype(at::kDouble));
  std::int64_t seen = 0;
  for (const auto& batch : batches) {
    const Features features = stream.next().value();
    const LabelBatch labels =
        make_label_batch(picked<std::vector<std::int64_t>>(sequences, batch), data_.vocabulary, max_steps_)
            .to(device_);
    for (auto& group : optimizer_->param_groups())
      static_cast<torch::optim::AdamOptions&>(group.options()).lr(schedule_.learning_rate(step_));
    optimizer_->zero_grad();
    const LossValue loss = loss_.component->compute(forward(features, labels), labels);
    loss.total.backward();
    optimizer_->step();
    ++step_;
    seen += static_cast<std::int64_t>(batch.size());
    loss_sum += loss.total.detach();
    listener_.step(epoch, seen, images);
  }
  const double mean = loss_sum.item<double>() / static_cast<double>(batches.size());
  if (!std::isfinite(mean))
    throw NumericError(
        fmt::format("The loss became {} in epoch {}; lower --learning-rate or look for bad features in "
                    "{}. The best checkpoint so far is kept.",
                    mean, epoch, config_.cache.string()));
  return mean;
}

void Trainer::save(std::int64_t epoch, const evaluation::Metrics& validation) const {
  checkpoint::Checkpoint checkpoint{
      .vocabulary = data_.vocabulary,
      .train_counts = statistics_.counts,
      .features = checkpoint::feature_source(cache_.info()),
      .validation = {config_.validation, config_.seed},
      .decoder = config_.decoder,
      .decoder_options = decoder_.options.to_text(),
      .embedding = embeddings_.defined() ? embeddings_.size(1) : 0,
      .max_steps = max_steps_,
      .record = {{"ordering", config_.ordering},
                 {"loss", config_.loss},
                 {"epochs", std::to_string(config_.epochs)},
                 {"epoch", std::to_string(epoch)},
                 {"batch", std::to_string(config_.batch)},
                 {"learning_rate", fmt::format("{}", config_.learning_rate)},
                 {"pct_start", fmt::format("{}", config_.pct_start)},
                 {"validation_images", std::to_string(data_.validation.size())},
                 {"train_images", std::to_string(data_.train.size())},
                 {"validation_per_class_f1", fmt::format("{}", validation.per_class.f1)},
                 {"seed", std::to_string(config_.seed)},
                 {"embeddings", config_.embeddings.filename().string()},
                 {"cache_data_fingerprint", cache_.info().data_fingerprint},
                 {"libtorch", TORCH_VERSION},
                 {"tagloom", TAGLOOM_VERSION}},
      .weights = named_tensors(*decoder_.component)};
  for (const auto& [name, value] : ordering_.options.to_text())
    checkpoint.record["ordering." + name] = value;
  for (const auto& [name, value] : loss_.options.to_text())
    checkpoint.record["loss." + name] = value;
  checkpoint::write_checkpoint(config_.output, checkpoint);
}

TrainResult Trainer::run() {
  const auto start = Clock::now();
  TrainResult result{.parameters = parameter_count(*decoder_.component)};
  listener_.note(
      fmt::format("Training {} ({} parameters) on {} images of {} labels; {} images choose the best epoch.",
                  config_.decoder, result.parameters, train_rows_.size(), data_.vocabulary.size(),
                  validation_rows_.size()));
  EpochLog log(config_.output.string() + ".log.csv");
  double best = -1;
  for (std::int64_t epoch = 1; epoch <= config_.epochs; ++epoch) {
    const auto epoch_start = Clock::now();
    const double loss = train_epoch(epoch);
    const auto sequences =
        evaluation::predict(*decoder_.component, cache_, validation_rows_, data_.vocabulary,
                            {.max_steps = max_steps_, .device = device_});
    EpochReport report{.epoch = epoch,
                       .epochs = config_.epochs,
                       .loss = loss,
                       .learning_rate = schedule_.learning_rate(step_ - 1),
                       .seconds = seconds_since(epoch_start),
                       .validation = evaluation::score(data_.validation, sequences, data_.vocabulary.size())};
    report.best = report.validation.per_class.f1 > best;
    if (report.best) {
      best = report.validation.per_class.f1;
      save(epoch, report.validation);
      result.best_epoch = epoch;
      result.best_validation = report.validation;
    }
    log.append(report);
    listener_.epoch(report);
  }
  result.seconds = seconds_since(start);
  return result;
}

}  // namespace

TrainResult train(const TrainConfig& config, const plugins::Registry& registry,
                  const TrainListener& listener) {
  check(config);
  return Trainer(config, registry, listener).run();
}

}  // namespace tagloom::training
