#include "data/reading_options.hpp"
#include "training/config.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>

namespace tagloom::training {
namespace {

using options::Row;
using C = TrainConfig;

// Beyond all use; products of these numbers must not overflow.
constexpr double kMost = 1'000'000;

std::string no_decoder(const C& config) {
  return config.model.decoder.empty() ? "the model is a classifier alone" : "";
}

std::string no_classifier(const C& config) {
  return config.model.classifier.empty() ? "the model has no classifier" : "";
}

std::string not_both(const C& config) {
  return no_decoder(config) + no_classifier(config);
}

std::string not_a_classifier_alone(const C& config) {
  if (!config.model.classifier.empty() && !config.model.decoder.empty())
    return "the decoder emits labels, no probability is compared";
  return no_classifier(config);
}

std::string name_of_word_vectors(const C& config) {
  return stored_name(config.embeddings.filename().string());
}

std::string count_of_views(const C& config) {
  return std::to_string(config.views.size());
}

options::Table<C> run_rows() {
  return {
      Row("data", &C::data, data::kDataHelp).value_name("DATA").required(),
      Row("cache", &C::caches, "feature cache of its images (repeatable: read as one)").required(),
      Row("view", &C::views, "cache of the same images made with --flip (repeatable)")
          .recorded_as("views", count_of_views),
      Row("skip-unreadable", &C::skip_unreadable, "leave out the images that a cache has no features of"),
      Row("out", &C::output, "checkpoint to write (.safetensors)").required(),
      Row("tensorboard", &C::tensorboard,
          "also write event files for TensorBoard to DIR/NAME, NAME being --out's")
          .value_name("DIR"),
      Row("resume", &C::resume, "go on with the interrupted run of the same options"),
      Row("validation", &C::validation, "share of train held out").from(0).to(options::below(1)).recorded(),
      Row("stratify", &C::stratify, "hold it out such that each label has its share, not at random")
          .recorded_if_set(),
      Row("select-on", &C::select_on,
          "split that chooses the epoch: validation, or test as some published figures")
          .recorded(),
      Row("seed", &C::seed, "seed of split, weights, order and dropout").from(0).recorded(),
      Row("device", &C::device, "auto, cpu, cuda or cuda:N"),
      Row("resident", &C::residency,
          "keep all features in the device's memory: auto (a GPU with room for them), yes or no"),
      Row("cuda-graph", &C::cuda_graph,
          "launch each step, and what judges an epoch, as CUDA graphs: auto (on a GPU, where they can be "
          "recorded), on or off")};
}

options::Table<models::ModelSpec> part_rows() {
  using Model = models::ModelSpec;
  return {Row("decoder", &Model::decoder, "decoder plugin; ria unless --classifier is given alone")
              .value_name("NAME")
              .recorded(),
          Row("classifier", &Model::classifier,
              "classifier plugin: alone, or in front of a decoder that reads concepts")
              .value_name("NAME")
              .recorded()};
}

options::Table<C> model_rows() {
  return {Row("ordering", &C::ordering, "ordering plugin").value_name("NAME").idle_if(no_decoder).recorded(),
          Row("loss", &C::loss, "loss plugin").value_name("NAME").idle_if(no_decoder).recorded(),
          Row("multilabel-loss", &C::multilabel_loss, "multilabel_loss plugin, of the classifier")
              .value_name("NAME")
              .idle_if(no_classifier)
              .recorded(),
          Row("glove", &C::embeddings, "pretrained label embeddings: word vectors as text, .gz or .zip")
              .idle_if(no_decoder)
              .recorded_as("embeddings", name_of_word_vectors),
          Row("max-labels", &C::max_labels,
              "train a decoder on so many labels an image, the first of their ordering; 0: on all")
              .from(0)
              .to(kMost)
              .idle_if(no_decoder)
              .recorded_if_set(),
          Row("threshold", &C::threshold,
              "of a classifier alone: a probability, or \"fitted\" per label on validation")
              .idle_if(not_a_classifier_alone)
              .recorded()};
}

options::Table<C> schedule_rows() {
  return {
      Row("epochs", &C::epochs, "epochs that the learning rate is planned for").from(1).to(kMost).recorded(),
      Row("stop-after", &C::stop_after, "end after so many of them; 0 runs them all").from(0).recorded(),
      Row("patience", &C::patience, "end after so many epochs without a better score; 0 never")
          .from(0)
          .recorded(),
      Row("concept-epochs", &C::concept_epochs, "epochs of the concept layer alone, before its decoder")
          .from(0)
          .to(kMost)
          .idle_if(not_both)
          .recorded(),
      Row("concept-weight", &C::concept_weight, "weight of its loss beside the decoder's; 0 freezes it")
          .from(0)
          .idle_if(not_both)
          .recorded(),
      Row("batch", &C::batch, "images a batch of each process").from(1).to(kMost).recorded(),
      Row("learning-rate", &C::learning_rate, "peak of the one-cycle schedule")
          .from(options::above(0))
          .recorded(),
      Row("pct-start", &C::pct_start, "share of the steps that it rises").from(0).to(1).recorded(),
      Row("clip-norm", &C::clip_norm, "largest L2 norm of the gradients; 0 leaves them").from(0).recorded(),
      Row("ema", &C::average_decay, "decay of averaged weights, e.g. 0.998; 0 keeps none")
          .from(0)
          .to(options::below(1))
          .recorded(),
      Row("scheduled-sampling", &C::scheduled_sampling,
          "probability, reached linearly, of feeding the decoder its own last token")
          .from(0)
          .to(1)
          .idle_if(no_decoder)
          .recorded(),
      Row("precision", &C::precision,
          "of products: float32, bfloat16, or auto: bfloat16 where it is measured to be faster")
          .recorded()};
}

}  // namespace

const options::Table<TrainConfig>& option_table() {
  static const auto table = options::joined<C>(
      {run_rows(), options::group("data set", options::nested(&C::reading, data::reading_rows())),
       options::group("model", options::nested(&C::model, part_rows())),
       options::group("model", model_rows()), options::group("schedule", schedule_rows())});
  return table;
}

void check(const TrainConfig& config) {
  options::check(option_table(), config);
  if (!config.threshold.fixed && config.select_on == evaluation::SelectOn::test)
    throw UsageError("--threshold fitted needs the validation split; it cannot go with --select-on test.");
  if (config.model.decoder.empty() && config.scheduled_sampling > 0)
    throw UsageError("--scheduled-sampling is for decoders; a classifier alone emits no sequence.");
}

std::string why_idle(const std::string& kind, const TrainConfig& config) {
  return kind == "classifier" || kind == "multilabel_loss" ? no_classifier(config) : no_decoder(config);
}

}  // namespace tagloom::training
