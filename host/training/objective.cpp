#include "training/objective.hpp"

#include "registry/guarded.hpp"
#include "registry/kinds/loss.hpp"
#include "registry/kinds/multilabel_loss.hpp"
#include "registry/promises.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/conformance/promises/loss.hpp>
#include <tagloom/conformance/promises/tensors.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace tagloom::training {

std::string_view word_for(Stage stage) {
  return stage == Stage::concepts ? "concepts" : "labels";
}

namespace {

/// Teacher forcing in which each step after the first is fed, with the given probability and image by image,
/// the decoder's own most probable last token (Bengio et al., Scheduled Sampling, NeurIPS 2015).
at::Tensor scheduled(Decoder& decoder, const Features& features, const at::Tensor& inputs,
                     const BatchSizes& sizes, const at::Tensor& own_tokens) {
  return run_steps(decoder, features, inputs.size(1), sizes,
                   [&](std::int64_t t, std::int64_t images, const at::Tensor& logits) {
                     const at::Tensor targets = inputs.select(1, t).narrow(0, 0, images);
                     if (t == 0) return targets;
                     const at::Tensor own =
                         at::rand({images}, features.any().options().dtype(at::kFloat)) < own_tokens;
                     return at::where(own, logits.argmax(1), targets);
                   });
}

}  // namespace

Objective::Objective(const TrainConfig& config, const registry::Registry& registry,
                     const Vocabulary& vocabulary)
    : loss_name_(config.loss),
      multilabel_loss_name_(config.multilabel_loss),
      decoder_logits_("decoder", config.model.decoder),
      classifier_logits_("classifier", config.model.classifier),
      loss_watch_("loss", config.loss),
      multilabel_loss_watch_("multilabel_loss", config.multilabel_loss),
      concept_weight_(config.concept_weight),
      start_(vocabulary.start()) {
  if (!config.model.decoder.empty()) {
    auto created = registry.create<Loss>(config.loss, config.loss_options);
    loss_options_ = created.options.to_text();
    loss_ = std::move(created.component);
    registry::guarded(
        registry::Place(fmt::format("the loss {}, asked what it reads", config.loss), config.loss), [&] {
          const LogitsKind kind = loss_->logits_kind();
          registry::require_kept("loss", config.loss, conformance::broken_kind(kind));
          runs_free_ = kind == LogitsKind::free_running;
          reads_steps_after_stop_ = loss_->reads_steps_after_stop();
        });
    if (runs_free() && config.scheduled_sampling > 0)
      throw UsageError(
          fmt::format("--scheduled-sampling does nothing with the loss {}: its decoder always runs on its "
                      "own tokens; leave it out.",
                      config.loss));
  }
  if (!config.model.classifier.empty()) {
    auto created = registry.create<MultilabelLoss>(config.multilabel_loss, config.multilabel_loss_options);
    multilabel_loss_options_ = created.options.to_text();
    multilabel_loss_ = std::move(created.component);
  }
}

LossValue Objective::sequence_loss(Decoder& decoder, const Features& features, const LabelBatch& labels,
                                   const at::Tensor& own_tokens) {
  const std::int64_t steps = labels.inputs.size(1);
  // On a GPU equal shapes are worth more than fewer rows: to cuDNN's LSTM, and for a step to be recorded,
  // which comes without sequences.
  const bool all = reads_steps_after_stop() || !labels.inputs.is_cpu() || labels.sequences.empty();
  const BatchSizes sizes = all ? every_step(labels.batch(), steps) : labels.batch_sizes();
  at::Tensor logits;
  if (runs_free())
    logits = free_running(decoder, features, start_, steps, sizes);
  else if (own_tokens.defined())
    logits = scheduled(decoder, features, labels.inputs, sizes, own_tokens);
  else
    logits = decoder.teacher_forced(features, labels.inputs, sizes);
  decoder_logits_.look(logits, runs_free() || own_tokens.defined() ? "step" : "teacher_forced", decoder,
                       features);
  loss_watch_.look_at_targets(*loss_, logits, labels);
  LossValue value = loss_->compute(logits, labels);
  registry::require_kept("loss", loss_name_, conformance::broken_value(value, logits));
  loss_watch_.look_at_total(value.total, logits);
  return value;
}

at::Tensor Objective::concept_loss(const models::Model& model, const Features& features,
                                   const LabelBatch& labels) {
  classifier_logits_.look(features.concepts, "forward", *model.classifier(),
                          {features.pooled, features.map, {}});
  const at::Tensor logits = features.concepts.to(at::kFloat);
  at::Tensor total = multilabel_loss_->compute(logits, labels.multi_hot);
  registry::require_kept("multilabel_loss", multilabel_loss_name_, conformance::wrong_total(total, logits));
  multilabel_loss_watch_.look_at_total(total, logits);
  return total;
}

std::vector<Objective::Term> Objective::operator()(models::Model& model, Stage stage,
                                                   const Features& features, const LabelBatch& labels,
                                                   const at::Tensor& own_tokens) {
  const Features all = model.with_concepts(features);
  const at::Tensor images =
      at::full({}, labels.batch(), at::TensorOptions(labels.targets.device()).dtype(at::kFloat));
  std::vector<Term> terms;
  const bool alone = stage == Stage::concepts || model.decoder() == nullptr;
  if (!alone) {
    LossValue value = sequence_loss(*model.decoder(), all, labels, own_tokens);
    terms.push_back({std::move(value.total), value.weight.defined() ? value.weight : images});
  }
  if (model.classifier() != nullptr && (alone || concept_weight_ > 0)) {
    const at::Tensor loss = concept_loss(model, all, labels);
    terms.push_back({alone ? loss : concept_weight_ * loss, images});
  }
  return terms;
}

std::vector<at::Tensor> Objective::trained(const models::Model& model, Stage stage) const {
  std::vector<at::Tensor> parameters;
  const auto add = [&](const torch::nn::Module& part) {
    for (const at::Tensor& parameter : part.parameters()) {
      if (parameter.requires_grad()) parameters.push_back(parameter);
    }
  };
  const bool alone = stage == Stage::concepts || model.decoder() == nullptr;
  if (model.classifier() != nullptr && (alone || concept_weight_ > 0)) add(*model.classifier());
  if (!alone) add(*model.decoder());
  return parameters;
}

}  // namespace tagloom::training
