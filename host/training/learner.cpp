#include "training/learner.hpp"

#include "checkpoint/feature_source.hpp"
#include "distributed/product_type.hpp"
#include "registry/guarded.hpp"
#include "runtime/device.hpp"
#include "training/shared_step.hpp"
#include "training/token_embeddings.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/conformance/autocast.hpp>
#include <tagloom/nn/bfloat16.hpp>

#include <ATen/ATen.h>
#include <fmt/format.h>

namespace tagloom::training {

Learner::Learner(const TrainConfig& config, const Inputs& inputs, const registry::Registry& registry,
                 distributed::World& world, const std::function<void(const std::string&)>& note)
    : config_(config),
      inputs_(inputs),
      world_(world),
      note_(note),
      device_(runtime::device_named(config.device, world.local_rank())),
      in_bfloat16_(distributed::product_type(world, config.precision, device_) == at::kBFloat16),
      objective_(config, registry, inputs.data.vocabulary) {
  if (in_bfloat16_ && !multiplies_bfloat16(device_))
    note("This processor does not multiply bfloat16; --precision float32 is faster here.");
  if (!config.embeddings.empty()) {
    TokenEmbeddings read = read_token_embeddings(config.embeddings, inputs.data.vocabulary, config.seed);
    note(read.summary);
    embeddings_ = std::move(read.table);
  }
  // Initial weights draw from LibTorch's generators.
  at::manual_seed(config.seed);
  model_ = registry::guarded("preparing " + subject(config), [&] {
    return models::create_model(config.model,
                                {.labels = inputs.data.vocabulary.size(),
                                 .features = inputs.cache().info().feature_shape,
                                 .embeddings = embeddings_},
                                registry);
  });
  for (const auto& cache : inputs.caches)
    checkpoint::check_cache_has(model_->needs(), cache);
  model_->to(device_);
  if (in_bfloat16_ && device_.is_cuda()) runtime::allow_tf32();
  std::vector<at::Tensor> weights;
  for (const auto& [unused, tensor] : named_tensors(*model_))
    weights.push_back(tensor);
  world_.take_from_first(weights, "sharing the first weights");
}

void Learner::begin(Stage stage, std::int64_t epochs) {
  stage_ = stage;
  // The last stage's gives its weights back before the next one takes them.
  recorded_.reset();
  optimizer_.reset();
  optimizer_.emplace(trained(),
                     Adam::Settings{.clip_norm = config_.clip_norm, .average_decay = config_.average_decay},
                     in_bfloat16_ ? model_->product_weights() : std::vector<at::Tensor>());
  record_steps(/*insists=*/config_.cuda_graph == runtime::CudaGraph::on);
  const std::int64_t images_a_step = config_.batch * world_.size();
  const std::int64_t batches = (inputs_.train_images() + images_a_step - 1) / images_a_step;
  schedule_ = {
      .max_lr = config_.learning_rate, .total_steps = batches * epochs, .pct_start = config_.pct_start};
}

std::string Learner::why_not_recorded() const {
  const std::string why = runtime::why_no_cuda_graphs(device_);
  if (why.empty() && !world_.is_alone()) return "several processes exchange their gradients";
  return why;
}

void Learner::record_steps(bool insists) {
  if (config_.cuda_graph == runtime::CudaGraph::off) return;
  if (const std::string why = why_not_recorded(); !why.empty()) {
    if (insists) throw runtime::cuda_graph_refused(why);
    // Without a GPU nobody expects them.
    if (device_.is_cuda()) note_(fmt::format("Steps are not recorded as CUDA graphs: {}.", why));
    return;
  }
  recorded_.emplace(
      RecordedStep::Trained{.parameters = trained(), .buffers = model_->buffers()},
      [this](const Features& features, const LabelBatch& labels) {
        return forward_and_backward(features, labels, /*counts=*/true);
      },
      cuda_recorder(device_), RecordedStep::Settings{.insists = insists, .note = note_});
}

void Learner::forget_recordings() {
  if (!recorded_ || !recorded_->records()) return;
  recorded_.reset();
  record_steps(/*insists=*/false);
}

void Learner::set_own_tokens(std::int64_t step) {
  const double own =
      config_.scheduled_sampling * static_cast<double>(step) / static_cast<double>(schedule_.total_steps);
  // A recorded step reads the same number's memory each time.
  if (own_tokens_.defined() && !device_.is_cpu())
    own_tokens_.fill_(own);
  else if (own > 0 || (config_.scheduled_sampling > 0 && !device_.is_cpu()))
    own_tokens_ = at::full({}, own, at::TensorOptions(device_).dtype(at::kFloat));
  else
    own_tokens_ = at::Tensor();
}

at::Tensor Learner::step(const Features& features, const LabelBatch& labels, bool counts, std::int64_t step) {
  optimizer_->zero_grad();
  set_own_tokens(step);
  const at::Tensor loss =
      recorded_ ? (*recorded_)(features, labels) : forward_and_backward(features, labels, counts);
  sum_gradients(world_, trained(), loss);
  optimizer_->step(learning_rate(step));
  return loss;
}

at::Tensor Learner::forward_and_backward(const Features& features, const LabelBatch& labels, bool counts) {
  // Forwards and backwards through the plugins' code; what surrounds it is the host's.
  return registry::guarded("training " + subject(config_), [&] {
    at::Tensor loss;
    {
      const conformance::AutocastScope mixed(device_, in_bfloat16_);
      loss = shared_loss(world_, objective_(*model_, stage_, features, labels, own_tokens_), counts);
    }
    loss.backward();
    return loss.detach();
  });
}

}  // namespace tagloom::training
