/// Steps that cannot be recorded, and what is said of them.

#include "recording_imitation.hpp"

#include <tagloom/base/error.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A step of one weight, and how it came to run.
struct Simple {
  at::Tensor weight = at::ones({2}).requires_grad_();
  std::vector<std::string> notes;
  int recordings = 0;

  RecordedStep::Settings settings(bool insists = false) {
    return {.insists = insists, .note = [this](const std::string& note) { notes.push_back(note); }};
  }
  std::vector<float> losses(RecordedStep& step, int count) {
    std::vector<float> losses;
    std::mt19937 random(3);
    for (int i = 0; i < count; ++i) {
      at::manual_seed(static_cast<std::uint64_t>(i));
      const SomeBatch batch = some_batch(4, random);
      at::manual_seed(static_cast<std::uint64_t>(i));
      losses.push_back(step(batch.features, batch.labels).item<float>());
    }
    return losses;
  }
  at::Tensor loss(const Features& features) const {
    const at::Tensor total = (weight * at::rand({2}) * features.pooled.mean()).sum();
    total.backward();
    return total.detach();
  }
};

TEST(UnrecordedStep, AStepThatWaitsForTheDeviceRunsAsItIsAndOneLineSaysWhy) {
#ifndef NDEBUG
  GTEST_SKIP() << "debug builds cannot hear it";
#endif
  const auto step_of = [](Simple& own) {
    return [&own](const Features& features, const LabelBatch&) {
      // A device without numbers, which every LibTorch has.
      (void)features.pooled.to(at::kMeta);
      return own.loss(features);
    };
  };
  Simple simple;
  RecordedStep copying({.parameters = {simple.weight}}, step_of(simple),
                       std::make_unique<Imitator>(simple.recordings), simple.settings());
  Simple other;
  RecordedStep plain({.parameters = {other.weight}}, step_of(other), nullptr, other.settings());
  EXPECT_EQ(simple.losses(copying, 6), other.losses(plain, 6));
  EXPECT_EQ(simple.recordings, 0);
  EXPECT_THAT(simple.notes,
              ElementsAre("Steps are not recorded as CUDA graphs: a step waits for the GPU in aten::copy_."));
  EXPECT_THAT(other.notes, IsEmpty());
}

/// A loss as somebody may write it who knows the host's sequences.
TEST(UnrecordedStep, AStepThatReadsSequencesRunsAsItIs) {
  Simple simple;
  const auto step_of = [](Simple& own) {
    return [&own](const Features& features, const LabelBatch& labels) {
      std::size_t count = 1;
      for (const auto& sequence : labels.sequences)
        count += sequence.size();
      return own.loss(features) * static_cast<double>(count);
    };
  };
  RecordedStep reading({.parameters = {simple.weight}}, step_of(simple),
                       std::make_unique<Imitator>(simple.recordings), simple.settings());
  Simple other;
  RecordedStep plain({.parameters = {other.weight}}, step_of(other), nullptr, other.settings());
  EXPECT_EQ(simple.losses(reading, 6), other.losses(plain, 6));
  EXPECT_THAT(simple.notes, ElementsAre(HasSubstr("a loss reads the sequences of a batch.")));
}

/// As a layer that keeps a mean over batches.
TEST(UnrecordedStep, ItsBuffersChangeOnceAStepAsIfItHadNotBeenTried) {
  Simple simple;
  const at::Tensor count = at::zeros({});
  RecordedStep counting(
      {.parameters = {simple.weight}, .buffers = {count}},
      [&](const Features& features, const LabelBatch&) {
        count.add_(1);
        return simple.loss(features);
      },
      std::make_unique<Imitator>(simple.recordings), simple.settings());
  simple.losses(counting, 7);
  EXPECT_EQ(simple.recordings, 1);
  EXPECT_EQ(count.item<int>(), 7);
}

/// As a GPU does for what the listener does not know: in the middle of recording, after numbers were drawn.
struct Failing : Imitator {
  using Imitator::Imitator;
  std::unique_ptr<Recording> record(const Action& action) override {
    (void)action();
    throw std::runtime_error("operation not permitted when stream is capturing");
  }
};

TEST(UnrecordedStep, WhereRecordingFailsTheBatchRunsAsIfNothingHadBeen) {
  Simple simple;
  const auto step_of = [](Simple& own) {
    return [&own](const Features& features, const LabelBatch&) { return own.loss(features); };
  };
  RecordedStep failing({.parameters = {simple.weight}}, step_of(simple),
                       std::make_unique<Failing>(simple.recordings), simple.settings());
  Simple other;
  RecordedStep plain({.parameters = {other.weight}}, step_of(other), nullptr, other.settings());
  EXPECT_EQ(simple.losses(failing, 6), other.losses(plain, 6));
  EXPECT_THAT(simple.notes, ElementsAre(HasSubstr("not permitted when stream is capturing.")));
  EXPECT_EQ(simple.recordings, 0);
}

TEST(UnrecordedStep, WhoInsistsIsToldWhyNot) {
  Simple simple;
  RecordedStep failing(
      {.parameters = {simple.weight}},
      [&](const Features& features, const LabelBatch&) { return simple.loss(features); },
      std::make_unique<Failing>(simple.recordings), simple.settings(/*insists=*/true));
  try {
    (void)simple.losses(failing, 6);
    FAIL() << "went on";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--cuda-graph on cannot be kept here: operation not permitted"));
  }
}

}  // namespace
}  // namespace tagloom::training
