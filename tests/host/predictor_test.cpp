/// Predictions that are recorded and repeated, against those that are not.

#include "evaluation/predictor.hpp"

#include "recording_imitation.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace tagloom::evaluation {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;
using ::testing::Pointwise;
using testing::Refusing;
using namespace training;

std::shared_ptr<models::Model> model_of(const models::ModelSpec& spec, c10::Device device = c10::kCPU) {
  at::manual_seed(5);
  const auto model =
      models::create_model(spec,
                           {.labels = seven_labels().size(),
                            .features = {.channels = kSomeChannels, .map_height = 2, .map_width = 2},
                            .embeddings = {}},
                           training::registry());
  model->to(device);
  model->eval();
  return model;
}

Features features_of(std::int64_t images, std::uint64_t seed) {
  at::manual_seed(seed);
  const at::Tensor map = at::randn({images, 4, kSomeChannels});
  return {.pooled = map.mean(1), .map = map, .concepts = {}};
}

PredictOptions options_for(std::int64_t beam_width) {
  return {.search = {.beam_width = beam_width,
                     .max_labels = 4,
                     .n_best = beam_width,
                     .attention = true,
                     .probabilities = true},
          .thresholds = std::vector<float>(7, 0.5F)};
}

void expect_equal(const std::vector<Prediction>& found, const std::vector<Prediction>& expected, float near) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].labels, expected[i].labels);
    EXPECT_THAT(found[i].label_scores, Pointwise(FloatNear(near), expected[i].label_scores));
    EXPECT_THAT(found[i].probabilities, Pointwise(FloatNear(near), expected[i].probabilities));
    ASSERT_EQ(found[i].hypotheses.size(), expected[i].hypotheses.size());
    for (std::size_t j = 0; j < found[i].hypotheses.size(); ++j) {
      const search::Hypothesis& one = found[i].hypotheses[j];
      const search::Hypothesis& other = expected[i].hypotheses[j];
      EXPECT_EQ(one.labels, other.labels);
      ASSERT_EQ(one.attention.defined(), other.attention.defined());
      if (one.attention.defined()) {
        EXPECT_TRUE(one.attention.allclose(other.attention, near, near));
      }
    }
  }
}

/// Two shapes, each of which is recorded and repeated.
constexpr std::int64_t kBatches[] = {8, 8, 8, 3, 3, 8, 3};

TEST(Predictor, RecordedPredictsTheSameWithEveryModelAndSearch) {
  const OneThread one_thread;
  for (const models::ModelSpec& spec : {kRia, kAttention, kSr, kClassifier}) {
    const auto model = model_of(spec);
    for (const std::int64_t width : {1, 4}) {
      int recordings = 0;
      const PredictOptions options = options_for(width);
      Predictor predictor(*model, seven_labels(), options, std::make_unique<Imitator>(recordings));
      std::uint64_t seed = 0;
      std::vector<std::vector<Prediction>> recorded;
      std::vector<std::vector<Prediction>> plain;
      for (const std::int64_t images : kBatches) {
        const Features features = features_of(images, ++seed);
        recorded.push_back(predictor(features));
        plain.push_back(predict(*model, features, seven_labels(), options));
      }
      // Only now, when later batches would have overwritten what they share with earlier ones.
      for (std::size_t i = 0; i < plain.size(); ++i)
        expect_equal(recorded[i], plain[i], 1e-5F);
      EXPECT_EQ(recordings, 2) << spec.name() << ", width " << width;
    }
  }
}

TEST(Predictor, OnAGpuRecordedPredictsAsTheCpuDoes) {
  if (!at::hasCUDA() || !has_cuda_graphs()) GTEST_SKIP() << "no GPU, or a LibTorch without CUDA";
  const c10::Device gpu(c10::kCUDA, 0);
  for (const models::ModelSpec& spec : {kRia, kAttention, kSr, kClassifier}) {
    const auto on_cpu = model_of(spec);
    const auto on_gpu = model_of(spec, gpu);
    for (const std::int64_t width : {1, 4}) {
      PredictOptions options = options_for(width);
      std::vector<std::string> notes;
      options.note = [&](const std::string& note) { notes.push_back(note); };
      PredictOptions there = options;
      there.device = gpu;
      Predictor predictor(*on_gpu, seven_labels(), there, cuda_recorder(gpu));
      std::uint64_t seed = 0;
      for (const std::int64_t images : kBatches) {
        const Features features = features_of(images, ++seed);
        expect_equal(predictor(features.to(gpu, at::kFloat)),
                     predict(*on_cpu, features, seven_labels(), options), 1e-3F);
      }
      EXPECT_THAT(notes, ::testing::IsEmpty()) << spec.name() << ": all of it is recorded";
    }
  }
}

TEST(Predictor, PredictsUnrecordedWhereRecordingFailsUnlessItInsists) {
  const auto model = model_of(kRia);
  PredictOptions options = options_for(1);
  std::vector<std::string> notes;
  options.note = [&](const std::string& note) { notes.push_back(note); };
  Predictor predictor(*model, seven_labels(), options, std::make_unique<Refusing>());
  const Features features = features_of(3, 1);
  for (int i = 0; i < 4; ++i)
    expect_equal(predictor(features), predict(*model, features, seven_labels(), options), 1e-5F);
  EXPECT_THAT(notes, ElementsAre("Predictions are not recorded as a CUDA graph: operation not permitted."));
  options.cuda_graph = runtime::CudaGraph::on;
  Predictor insisting(*model, seven_labels(), options, std::make_unique<Refusing>());
  for (int i = 0; i < 2; ++i)
    (void)insisting(features);
  EXPECT_THROW((void)insisting(features), UsageError);
}

}  // namespace
}  // namespace tagloom::evaluation
