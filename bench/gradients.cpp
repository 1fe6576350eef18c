/// How far products in bfloat16 move the gradients of a whole step at full size: each parameter's relative L2
/// distance from float32's, as counters.

#include "setup.hpp"
#include "training/objective.hpp"
#include "training/shared_step.hpp"

#include <tagloom/conformance/autocast.hpp>

#include <ATen/ATen.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <map>

namespace tagloom::bench {
namespace {

void gradient_distance(benchmark::State& state, const std::string& decoder) {
  constexpr std::int64_t kBatch = 32;
  at::manual_seed(1);
  const training::TrainConfig settings = config(decoder, "cross_entropy");
  const auto model = models::create_model(
      settings.model, {.labels = kLabels, .features = kShape, .embeddings = {}}, registry());
  model->to(device());
  // Dropout's random numbers would be others.
  model->eval();
  training::Objective objective(settings, registry(), vocabulary());
  const Features input = features(kBatch, at::kFloat);
  const LabelBatch target = labels(kBatch).to(device());
  distributed::World world;
  const auto gradients = [&](at::ScalarType type) {
    model->zero_grad();
    at::Tensor loss;
    {
      const conformance::AutocastScope mixed(device(), type == at::kBFloat16);
      loss = training::shared_loss(
          world, objective(*model, training::Stage::labels, input.to(device(), type), target, {}), true);
    }
    loss.backward();
    std::map<std::string, at::Tensor> by_name;
    for (const auto& parameter : model->named_parameters())
      if (parameter.value().grad().defined())
        by_name.emplace(parameter.key(), parameter.value().grad().to(at::kDouble).clone());
    return by_name;
  };
  const auto exact = gradients(at::kFloat);
  for (auto _ : state) {
    double most = 0;
    double of_scores = 0;
    for (const auto& [name, gradient] : gradients(at::kBFloat16)) {
      // softmax does not see it: nothing but rounding.
      if (name.ends_with("full_att.bias")) continue;
      const double distance = ((gradient - exact.at(name)).norm() / exact.at(name).norm()).item<double>();
      double& seen = name.find("attention.") == std::string::npos ? most : of_scores;
      seen = std::max(seen, distance);
    }
    state.counters["most"] = most;
    if (of_scores > 0) state.counters["of_attention_scores"] = of_scores;
  }
}

BENCHMARK_CAPTURE(gradient_distance, ria, "ria")->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(gradient_distance, attention, "attention")->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace tagloom::bench
