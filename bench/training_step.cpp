/// One training step: forward, backward, Adam.

#include "measured.hpp"
#include "setup.hpp"
#include "training/adam.hpp"
#include "training/objective.hpp"
#include "training/shared_step.hpp"

#include <tagloom/conformance/autocast.hpp>

#include <ATen/ATen.h>

#include <benchmark/benchmark.h>
#include <numeric>

namespace tagloom::bench {
namespace {

void training_step(benchmark::State& state, const std::string& decoder, const std::string& loss,
                   at::ScalarType type) {
  constexpr std::int64_t kBatch = 32;
  at::manual_seed(1);
  const training::TrainConfig settings = config(decoder, loss);
  const auto model = models::create_model(
      settings.model, {.labels = kLabels, .features = kShape, .embeddings = {}}, registry());
  model->to(device());
  training::Objective objective(settings, registry(), vocabulary());
  training::Adam optimizer(
      objective.trained(*model, training::Stage::labels), {},
      type == at::kBFloat16 ? model->decoder()->product_weights() : std::vector<at::Tensor>());
  const Features input = features(kBatch, type);
  const LabelBatch target = labels(kBatch).to(device());
  distributed::World world;
  model->train();
  const BatchSizes sizes = labels(kBatch).batch_sizes();
  const StepSizes of_step{.images = kBatch,
                          .tokens = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}),
                          .pixels = model->needs().map ? kBatch * kShape.pixels() : 0};
  time(state, floor_of_step(*model, of_step, type), [&] {
    optimizer.zero_grad();
    at::Tensor value;
    {
      const conformance::AutocastScope mixed(device(), type == at::kBFloat16);
      value =
          training::shared_loss(world, objective(*model, training::Stage::labels, input, target, {}), true);
    }
    value.backward();
    optimizer.step(1e-4);
  });
}

#define TAGLOOM_TRAINING_STEP(name, decoder, loss)                                \
  BENCHMARK_CAPTURE(training_step, name##_float32, decoder, loss, at::kFloat)     \
      ->Unit(benchmark::kMillisecond)                                             \
      ->UseRealTime();                                                            \
  BENCHMARK_CAPTURE(training_step, name##_bfloat16, decoder, loss, at::kBFloat16) \
      ->Unit(benchmark::kMillisecond)                                             \
      ->UseRealTime()

TAGLOOM_TRAINING_STEP(ria, "ria", "cross_entropy");
TAGLOOM_TRAINING_STEP(sr, "sr_cnn_rnn", "cross_entropy");
TAGLOOM_TRAINING_STEP(attention, "attention", "cross_entropy");
TAGLOOM_TRAINING_STEP(mla, "attention", "mla");
TAGLOOM_TRAINING_STEP(pla, "attention", "pla");

}  // namespace
}  // namespace tagloom::bench
