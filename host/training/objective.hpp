#pragma once

/// What a training step minimises: the sequence loss of a decoder, the multi-label loss of a classifier, or
/// both.

#include "models/model.hpp"
#include "training/config.hpp"
#include "training/logits_watch.hpp"
#include "training/loss_watch.hpp"

#include <tagloom/labels.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/multilabel_loss.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tagloom::training {

/// Which part of a model an epoch trains.
enum class Stage {
  /// The classifier alone, on its own loss.
  concepts,
  /// The whole model.
  labels,
};

/// "concepts" or "labels", as reports and files have it.
std::string_view word_for(Stage stage);

class Objective {
 public:
  /// Creates the losses. Throws UsageError for a combination that would do nothing.
  Objective(const TrainConfig& config, const registry::Registry& registry, const Vocabulary& vocabulary);

  /// The options of the losses in full, for the record.
  [[nodiscard]] const registry::Assignments& loss_options() const { return loss_options_; }
  [[nodiscard]] const registry::Assignments& multilabel_loss_options() const {
    return multilabel_loss_options_;
  }

  /// Whether the decoder runs on its own tokens, so that the loss has to look at what it emitted.
  [[nodiscard]] bool runs_free() const { return runs_free_; }

  /// Whether the loss looks at what the decoder says after an image's stop.
  [[nodiscard]] bool reads_steps_after_stop() const { return reads_steps_after_stop_; }

  /// One summand of what is minimised.
  struct Term {
    /// A scalar with gradient, a mean over the batch.
    at::Tensor mean;
    /// What it is a mean over: a scalar on the same device.
    at::Tensor weight;
  };
  /// `own_tokens` is the probability that a teacher-forced step is fed the decoder's own last token: a scalar
  /// on the features' device, so that a recorded step reads the one of its time; undefined for none. Draws
  /// from LibTorch's generator. Throws PluginError for a part that breaks a promise of its kind.
  std::vector<Term> operator()(models::Model& model, Stage stage, const Features& features,
                               const LabelBatch& labels, const at::Tensor& own_tokens);

  /// The parameters that a stage trains.
  [[nodiscard]] std::vector<at::Tensor> trained(const models::Model& model, Stage stage) const;

 private:
  LossValue sequence_loss(Decoder& decoder, const Features& features, const LabelBatch& labels,
                          const at::Tensor& own_tokens);
  at::Tensor concept_loss(const models::Model& model, const Features& features, const LabelBatch& labels);

  std::string loss_name_;
  std::string multilabel_loss_name_;
  LogitsWatch decoder_logits_;
  LogitsWatch classifier_logits_;
  LossWatch loss_watch_;
  LossWatch multilabel_loss_watch_;
  std::unique_ptr<Loss> loss_;
  bool runs_free_ = false;
  bool reads_steps_after_stop_ = false;
  registry::Assignments loss_options_;
  std::unique_ptr<MultilabelLoss> multilabel_loss_;
  registry::Assignments multilabel_loss_options_;
  double concept_weight_;
  std::int64_t start_;
};

}  // namespace tagloom::training
