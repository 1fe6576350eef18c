/// What a GPU is to do without waiting for the host, done by a device that has no numbers: what is read from
/// it, or copied between it and the host, is heard. So a machine without a GPU shows that all of it can be
/// recorded.

#include "search/search.hpp"
#include "taught.hpp"
#include "without_numbers.hpp"

#include <tagloom/nn/device_reads.hpp>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

/// Whose weights are made on a device without numbers.
Taught taught_without_numbers(const TrainConfig& config) {
  const tagloom::testing::MadeWithoutNumbers made;
  return {config, at::kMeta};
}

class NothingWaits : public ::testing::Test {
 protected:
  void SetUp() override {
#ifndef NDEBUG
    GTEST_SKIP() << "debug builds do not hear it";
#endif
  }

  SomeBatch batch() {
    SomeBatch some = some_batch(4, random_);
    some.labels = some.labels.to(at::kMeta);
    // The host's; a step that is recorded has none.
    some.labels.sequences.clear();
    return {some.features.to(at::kMeta, at::kFloat), some.labels};
  }

  /// What steps look at once is looked at before anything is recorded.
  template <class Step>
  static std::string heard_in_the_second(const Step& step) {
    step();
    const DeviceReads reads;
    step();
    return reads.first();
  }

  std::mt19937 random_{3};
};

TEST_F(NothingWaits, InAStepOfAnyMethod) {
  for (const models::ModelSpec& model : {kRia, kAttention, kSr}) {
    for (const char* loss : {"cross_entropy", "mla", "pla"}) {
      Taught taught = taught_without_numbers(run_of(model, loss));
      const SomeBatch some = batch();
      EXPECT_EQ(heard_in_the_second([&] { (void)taught.step(some.features, some.labels); }), "")
          << model.name() << " with " << loss;
    }
  }
}

TEST_F(NothingWaits, InAStepThatIsFedItsOwnTokens) {
  Taught taught = taught_without_numbers(run_of(kAttention));
  const SomeBatch some = batch();
  const at::Tensor own_tokens = at::empty({}, at::kMeta);
  EXPECT_EQ(
      heard_in_the_second([&] { (void)taught.step(some.features, some.labels, Stage::labels, own_tokens); }),
      "");
}

TEST_F(NothingWaits, InAStepOfAnyClassifier) {
  for (const char* classifier : {"linear", "attention_pooled"}) {
    for (const char* loss : {"soft_margin", "asymmetric", "focal"}) {
      TrainConfig config = run_of({.classifier = classifier});
      config.multilabel_loss = loss;
      Taught taught = taught_without_numbers(config);
      const SomeBatch some = batch();
      for (const Stage stage : {Stage::labels, Stage::concepts})
        EXPECT_EQ(heard_in_the_second([&] { (void)taught.step(some.features, some.labels, stage); }), "")
            << classifier << " with " << loss;
    }
  }
}

/// Without kernels of our own a device assigns ten labels an image at most, and the host more
/// (alignment.hpp).
TEST_F(NothingWaits, ButWhereTheHostAssignsLabels) {
  constexpr std::int64_t kMoreSteps = 12;
  const std::vector<std::vector<std::int64_t>> sequences = {{0, 1}, {2}};
  LabelBatch labels = make_label_batch(sequences, seven_labels(), kMoreSteps).to(at::kMeta);
  labels.sequences.clear();
  const Features features = batch().features;
  Taught taught = taught_without_numbers(run_of(kRia, "mla"));
  const auto step = [&] {
    (void)taught.step({features.pooled.narrow(0, 0, 2), features.map.narrow(0, 0, 2), {}}, labels);
  };
  EXPECT_ANY_THROW(step()) << "there are no numbers for the host";
  const DeviceReads reads;
  EXPECT_ANY_THROW(step());
  EXPECT_EQ(reads.first(), "aten::copy_");
}

TEST_F(NothingWaits, WhereAClassifierPredicts) {
  for (const char* classifier : {"linear", "attention_pooled"}) {
    const Taught taught = taught_without_numbers(run_of({.classifier = classifier}));
    taught.model->eval();
    const Features features = batch().features;
    const at::NoGradGuard no_grad;
    const DeviceReads reads;
    (void)taught.model->with_concepts(features);
    EXPECT_EQ(reads.first(), "") << classifier;
  }
}

/// That the others would see it.
TEST_F(NothingWaits, IsHeardOfWhatDoes) {
  const tagloom::testing::MadeWithoutNumbers made;
  const DeviceReads reads;
  {
    const DeviceReads within;
    (void)at::ones({2}).sum().item<float>();
    EXPECT_EQ(within.first(), "aten::_local_scalar_dense");
  }
  EXPECT_EQ(reads.first(), "aten::_local_scalar_dense");
}

TEST_F(NothingWaits, InAnySearch) {
  for (const models::ModelSpec& spec : {kRia, kAttention, kSr}) {
    const Taught taught = taught_without_numbers(run_of(spec));
    taught.model->eval();
    for (const std::int64_t width : {1, 4}) {
      const auto search = search::search_for(
          seven_labels(),
          {.beam_width = width, .max_labels = 4, .n_best = width, .attention = true, .probabilities = true});
      const Features features = batch().features;
      const at::NoGradGuard no_grad;
      const DeviceReads reads;
      (void)search->steps(*taught.model->decoder(), taught.model->with_concepts(features));
      EXPECT_EQ(reads.first(), "") << spec.name() << ", width " << width;
    }
  }
}

}  // namespace
}  // namespace tagloom::training
