#pragma once

/// Everything that a training run depends on.

#include "evaluation/select_on.hpp"
#include "models/model_spec.hpp"
#include "options/table.hpp"
#include "registry/registry.hpp"
#include "runtime/cuda_graph.hpp"
#include "runtime/precision.hpp"
#include "training/threshold.hpp"

#include <tagloom/datasets/read.hpp>

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace tagloom::training {

/// Whether all features are kept in the device's memory; `automatic`: on a GPU that has room for them.
enum class Residency { automatic, yes, no };

struct TrainConfig {
  std::filesystem::path data;
  datasets::ReadOptions reading;
  /// Features of the images of `data`: one cache, or several that are read as one.
  std::vector<std::filesystem::path> caches;
  /// Caches of the same images seen otherwise (flipped): each epoch takes one view of each image at random.
  std::vector<std::filesystem::path> views;
  std::filesystem::path output;
  /// The folder below which TensorBoard's event files go, into one named as `output` is without its ending;
  /// none are written when it is empty.
  std::filesystem::path tensorboard;
  /// Go on without the images that one of the caches has no features of, instead of refusing.
  bool skip_unreadable = false;

  /// A decoder, a classifier, or a decoder behind a classifier.
  models::ModelSpec model = {.decoder = "ria"};
  std::string ordering = "rare_first";
  registry::Assignments ordering_options;
  std::string loss = "cross_entropy";
  registry::Assignments loss_options;
  /// The classifier's loss.
  std::string multilabel_loss = "soft_margin";
  registry::Assignments multilabel_loss_options;
  /// Word vectors in GloVe's text format; embeddings are learned when empty.
  std::filesystem::path embeddings;
  /// A decoder is trained on so many labels of an image, the first of their ordering, and never emits more;
  /// 0: on all of them.
  std::int64_t max_labels = 0;

  /// Epochs of the concept layer alone, before a decoder that reads it.
  std::int64_t concept_epochs = 20;
  /// Weight of the concept layer's loss beside the decoder's; 0 freezes the layer after its own epochs.
  double concept_weight = 1;
  /// For a classifier alone.
  Threshold threshold;

  std::int64_t epochs = 40;
  /// Ends the run after so many of the planned epochs; 0 runs them all.
  std::int64_t stop_after = 0;
  /// Ends the run after so many epochs without a better score; 0 never does.
  std::int64_t patience = 0;
  std::int64_t batch = 32;
  double learning_rate = 1e-4;
  double pct_start = 0.2;
  double clip_norm = 0;
  /// Decay of the weights' moving average, which then is what is scored and stored; 0 keeps none.
  double average_decay = 0;
  /// The probability, reached linearly over the epochs, that a teacher-forced step is fed the decoder's own
  /// last token instead of the target's (Bengio et al., NeurIPS 2015).
  double scheduled_sampling = 0;
  /// The type of matrix products.
  runtime::Precision precision = runtime::Precision::automatic;

  /// Share of the training images held out.
  double validation = 0.1;
  /// Held out such that each label has its share.
  bool stratify = false;
  /// The split that chooses the epoch.
  evaluation::SelectOn select_on = evaluation::SelectOn::validation;
  std::uint64_t seed = 1;
  /// "cpu", "cuda", or "auto": CUDA when LibTorch sees a device.
  std::string device = "auto";
  Residency residency = Residency::automatic;
  /// Whether steps are recorded (recorded_step.hpp), and what predicts the images that select.
  runtime::CudaGraph cuda_graph = runtime::CudaGraph::automatic;
  /// Go on with an interrupted run of the same configuration.
  bool resume = false;
};

/// A row an option (train_options.cpp).
const options::Table<TrainConfig>& option_table();

/// Why options of this kind of component do nothing in the run; nothing if they do something.
std::string why_idle(const std::string& kind, const TrainConfig& config);

/// Throws UsageError for a value that no run can use, and for two that contradict each other.
void check(const TrainConfig& config);
/// The same of the options of all components. Throws PluginError for one that is not there.
void check(const TrainConfig& config, const registry::Registry& registry);

/// What is trained, for people: "ria with the loss mla".
std::string subject(const TrainConfig& config);

/// Every setting that the result depends on, by name: what a checkpoint records and a resumed run must share.
std::map<std::string, std::string> described(const TrainConfig& config);

/// The description that another version recorded, as this one would.
std::map<std::string, std::string> respelt(std::map<std::string, std::string> record);

/// Where an unfinished run stands, beside its checkpoint.
std::filesystem::path state_path(const TrainConfig& config);

}  // namespace tagloom::training

template <>
struct tagloom::options::Words<tagloom::training::Residency> {
  static constexpr auto kAll =
      std::to_array<Word<training::Residency>>({{training::Residency::automatic, "auto"},
                                                {training::Residency::yes, "yes"},
                                                {training::Residency::no, "no"}});
};
