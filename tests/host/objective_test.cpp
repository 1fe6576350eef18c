#include "training/objective.hpp"

#include "places.hpp"
#include "registry/kinds/loss.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/linear.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

using ::testing::ElementsAre;

/// Says something else at each step, and remembers how many images took it.
struct Recording : Decoder {
  Recording() : score(register_module("score", torch::nn::Linear(2, 5))) {}
  [[nodiscard]] FeatureNeeds needs() const override { return {}; }
  DecoderState begin(const Features& features) override {
    images.clear();
    return {{{"hidden", features.pooled}}};
  }
  DecoderStep step(const at::Tensor& tokens, const DecoderState& state) override {
    images.push_back(tokens.size(0));
    const at::Tensor hidden = state["hidden"] + tokens.unsqueeze(1) * 0.1;
    return {score->forward(hidden), {}, {{{"hidden", hidden}}}};
  }
  torch::nn::Linear score;
  std::vector<std::int64_t> images;
};

const registry::Registry& built() {
  static const registry::Registry registry({TAGLOOM_TEST_PLUGINS});
  return registry;
}

/// Images with three labels, one and none, of which sequences have room for one more.
struct Batch {
  Vocabulary vocabulary{{"sky", "sea", "boat", "sun"}};
  std::vector<std::vector<std::int64_t>> sequences = {{3, 0, 2}, {1}, {}};
  LabelBatch labels = make_label_batch(sequences, vocabulary, 5);
  Features features{.pooled = at::arange(6, at::kFloat).view({3, 2})};
  std::shared_ptr<Recording> decoder = std::make_shared<Recording>();

  double loss(const std::string& name, const registry::Assignments& options = {}, double own_tokens = 0) {
    TrainConfig config;
    config.model.decoder = "recording";
    config.loss = name;
    config.loss_options = options;
    models::Model model(config.model, nullptr, decoder,
                        {.labels = vocabulary.size(), .features = {}, .embeddings = {}});
    Objective objective(config, built(), vocabulary);
    const at::Tensor own = own_tokens > 0 ? at::scalar_tensor(own_tokens) : at::Tensor();
    return objective(model, Stage::labels, features, labels, own).at(0).mean.item<double>();
  }
};

TEST(Objective, NoImageTakesAStepAfterItsStop) {
  for (const char* loss : {"cross_entropy", "mla", "pla"}) {
    Batch batch;
    batch.loss(loss);
    EXPECT_THAT(batch.decoder->images, ElementsAre(3, 2, 1, 1)) << loss;
  }
  Batch sampled;
  sampled.loss("cross_entropy", {}, 0.5);
  EXPECT_THAT(sampled.decoder->images, ElementsAre(3, 2, 1, 1));
}

TEST(Objective, ALossThatReadsStepsAfterTheStopGetsThem) {
  Batch batch;
  batch.loss("pla", {{"compat", "true"}});
  EXPECT_THAT(batch.decoder->images, ElementsAre(3, 3, 3, 3, 3));
}

TEST(Objective, StepsThatAreNotTakenDoNotChangeTheLoss) {
  Batch batch;
  const at::Tensor all = batch.decoder->teacher_forced(batch.features, batch.labels.inputs);
  const auto cross_entropy = built().create<Loss>("cross_entropy", {}).component;
  EXPECT_NEAR(batch.loss("cross_entropy"), cross_entropy->compute(all, batch.labels).total.item<double>(),
              1e-6);
}

}  // namespace
}  // namespace tagloom::training
