#include "training/recorded_step.hpp"

#include "recording_imitation.hpp"
#include "taught.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

using ::testing::IsEmpty;

/// The same step twice, of equal models: as it is, and recorded.
class Twins {
 public:
  explicit Twins(const TrainConfig& config, c10::Device device = c10::kCPU)
      : device_(device),
        plain_(config, device),
        other_(config, device),
        recorded_({.parameters = other_.parameters()},
                  [this](const Features& features, const LabelBatch& labels) {
                    return other_.step(features, labels);
                  },
                  recorder_for(device),
                  {.note = [this](const std::string& note) { notes.push_back(note); }}) {}

  /// Both come to the same loss and gradients, on a CPU bit for bit. Without sequences, as on a GPU: on a CPU
  /// they decide which images take a step.
  void expect_equal(const SomeBatch& batch, std::uint64_t seed, const std::string& what) {
    LabelBatch labels = batch.labels.to(device_);
    labels.sequences.clear();
    const Features features = batch.features.to(device_, at::kFloat);
    for (const at::Tensor& parameter : plain_.parameters())
      parameter.mutable_grad().reset();
    for (const at::Tensor& parameter : other_.parameters())
      parameter.mutable_grad().reset();
    at::manual_seed(seed);
    const at::Tensor plain = plain_.step(features, labels);
    at::manual_seed(seed);
    const at::Tensor recorded = recorded_(features, labels);
    EXPECT_TRUE(are_equal(plain, recorded)) << what << ": " << plain << " and " << recorded;
    const auto expected = plain_.parameters();
    const auto found = other_.parameters();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_EQ(expected[i].grad().defined(), found[i].grad().defined()) << what << ", parameter " << i;
      if (!expected[i].grad().defined()) continue;
      EXPECT_TRUE(are_equal(expected[i].grad(), found[i].grad())) << what << ", parameter " << i;
    }
  }

  int recordings = 0;
  std::vector<std::string> notes;

 private:
  std::unique_ptr<Recorder> recorder_for(c10::Device device) {
    if (device.is_cpu()) return std::make_unique<Imitator>(recordings);
    return cuda_recorder({device.type(), 0});
  }
  [[nodiscard]] bool are_equal(const at::Tensor& one, const at::Tensor& other) const {
    return device_.is_cpu() ? one.equal(other) : one.allclose(other, 1e-4, 1e-5);
  }

  c10::Device device_;
  Taught plain_;
  Taught other_;
  RecordedStep recorded_;
};

/// Epochs of three full batches and a short one.
TEST(RecordedStep, LossesAndGradientsAreThoseOfTheStepAsItIs) {
  const OneThread one_thread;
  for (const models::ModelSpec& model : {kRia, kAttention, kSr, kClassifier}) {
    for (const char* loss : {"cross_entropy", "mla", "pla"}) {
      std::mt19937 random(3);
      Twins twins(run_of(model, loss));
      std::uint64_t seed = 0;
      for (int epoch = 0; epoch < 4; ++epoch) {
        for (const std::int64_t images : {8, 8, 8, 3}) {
          ++seed;
          twins.expect_equal(some_batch(images, random), seed,
                             model.name() + " with " + loss + ", batch " + std::to_string(seed));
        }
      }
      EXPECT_EQ(twins.recordings, 2) << "one of full batches, one of short ones";
      EXPECT_THAT(twins.notes, IsEmpty());
      if (model.decoder.empty()) break;
    }
  }
}

TEST(RecordedStep, OnAGpuLossesAndGradientsAreThoseOfTheStepAsItIs) {
  if (!at::hasCUDA() || !has_cuda_graphs()) GTEST_SKIP() << "no GPU, or a LibTorch without CUDA";
  for (const models::ModelSpec& model : {kRia, kAttention, kSr}) {
    for (const char* loss : {"cross_entropy", "mla", "pla"}) {
      std::mt19937 random(3);
      Twins twins(run_of(model, loss), c10::kCUDA);
      std::uint64_t seed = 0;
      for (int epoch = 0; epoch < 4; ++epoch) {
        for (const std::int64_t images : {8, 8, 8, 3}) {
          ++seed;
          twins.expect_equal(some_batch(images, random), seed,
                             model.name() + " with " + loss + ", batch " + std::to_string(seed));
        }
      }
      EXPECT_THAT(twins.notes, IsEmpty()) << "all of it is recorded";
    }
  }
}

/// What the way back from a recording that fails must leave: a device that draws random numbers and records.
TEST(RecordedStep, OnAGpuARecordingThatFailsLeavesTheDeviceAsItWas) {
  if (!at::hasCUDA() || !has_cuda_graphs()) GTEST_SKIP() << "no GPU, or a LibTorch without CUDA";
  const auto recorder = cuda_recorder({c10::kCUDA, 0});
  const at::Tensor some = at::ones({8}, c10::kCUDA);
  EXPECT_ANY_THROW((void)recorder->record([&] {
    const at::Tensor drawn = some * at::rand_like(some);
    return std::vector<at::Tensor>{drawn * drawn.sum().item<double>()};
  }));
  EXPECT_GT(at::dropout(some, 0.5, /*train=*/true).add(1).sum().item<double>(), 0);
  const auto again = recorder->record([&] { return std::vector<at::Tensor>{some + 1}; });
  again->launch();
  EXPECT_TRUE(again->results().front().eq(2).all().item<bool>());
}

TEST(RecordedStep, BatchesOfManyShapesRunAsTheyAre) {
  const OneThread one_thread;
  std::mt19937 random(3);
  Twins twins(run_of(kRia));
  std::uint64_t seed = 0;
  for (int epoch = 0; epoch < 5; ++epoch) {
    for (std::int64_t images = 1; images <= 6; ++images)
      twins.expect_equal(some_batch(images, random), ++seed, std::to_string(images) + " images");
  }
  EXPECT_EQ(twins.recordings, static_cast<int>(RecordedStep::kMostShapes));
}

}  // namespace
}  // namespace tagloom::training
