/// What an epoch is judged by, where the predictions for it are recorded.

#include "training/judge.hpp"

#include "support/imitated_recorder.hpp"
#include "training_world.hpp"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

using ::testing::ElementsAre;

int recordings = 0;

std::unique_ptr<Recorder> imitated(const evaluation::PredictOptions& /*options*/, std::int64_t /*images*/) {
  return std::make_unique<tagloom::testing::Imitator>(recordings);
}

std::unique_ptr<Recorder> refusing(const evaluation::PredictOptions& /*options*/, std::int64_t /*images*/) {
  return std::make_unique<tagloom::testing::Refusing>();
}

/// A model that is judged, and what of it is seen.
struct Judged {
  explicit Judged(const models::ModelSpec& spec)
      : config(small("unwritten", spec)), inputs(read_inputs(config)) {
    at::manual_seed(5);
    model = models::create_model(spec,
                                 {.labels = inputs.data.vocabulary.size(),
                                  .features = inputs.cache().info().feature_shape,
                                  .embeddings = {}},
                                 registry());
  }

  /// As training changes weights: where they lie.
  void learn() {
    const at::NoGradGuard no_grad;
    for (const at::Tensor& weight : model->parameters())
      weight.add_(at::randn_like(weight), 0.3);
  }

  TrainConfig config;
  Inputs inputs;
  std::shared_ptr<models::Model> model;
  distributed::World alone;
};

void expect_equal(const Judgement& found, const Judgement& expected) {
  EXPECT_EQ(found.thresholds, expected.thresholds);
  EXPECT_EQ(found.metrics.n_plus, expected.metrics.n_plus);
  EXPECT_EQ(found.metrics.per_class.f1, expected.metrics.per_class.f1);
  EXPECT_NEAR(found.metrics.mean_average_precision, expected.metrics.mean_average_precision, 1e-6);
}

TEST(Judge, RecordedJudgesEveryEpochByTheWeightsThatItThenHas) {
  const OneThread one_thread;
  for (const models::ModelSpec& spec : {kRia, kSr, kClassifier}) {
    for (const Stage stage : {Stage::concepts, Stage::labels}) {
      if (stage == Stage::concepts && spec.classifier.empty()) continue;
      Judged judged(spec);
      recordings = 0;
      Judge recorded(judged.config, judged.inputs, *judged.model, {.stage = stage, .recorder = imitated});
      std::vector<double> scores;
      for (int epoch = 0; epoch < 4; ++epoch) {
        judged.learn();
        Judge plain(judged.config, judged.inputs, *judged.model, {.stage = stage});
        const Judgement found = recorded(judged.alone);
        expect_equal(found, plain(judged.alone));
        scores.push_back(found.metrics.mean_average_precision);
      }
      EXPECT_EQ(recordings, 1) << spec.name();
      EXPECT_NE(scores[2], scores[3]) << spec.name() << ": other weights, another judgement";
    }
  }
}

TEST(Judge, WhereNothingCanBeRecordedSaysSoOnceAndJudges) {
  const OneThread one_thread;
  Judged judged(kRia);
  // Insists on the steps alone.
  judged.config.cuda_graph = runtime::CudaGraph::on;
  std::vector<std::string> told;
  Judge recorded(judged.config, judged.inputs, *judged.model,
                 {.note = [&](const std::string& note) { told.push_back(note); },
                  .recording_failed = [&] { told.emplace_back("failed"); },
                  .recorder = refusing});
  Judge plain(judged.config, judged.inputs, *judged.model, {});
  for (int epoch = 0; epoch < 4; ++epoch)
    expect_equal(recorded(judged.alone), plain(judged.alone));
  EXPECT_THAT(
      told, ElementsAre("failed", "Predictions are not recorded as a CUDA graph: operation not permitted."));
}

}  // namespace
}  // namespace tagloom::training
