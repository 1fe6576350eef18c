#include "training/label_batch.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tagloom::training {
namespace {

using Sequences = std::vector<std::vector<std::int64_t>>;

Vocabulary many_labels() {
  std::vector<std::string> labels;
  for (int i = 0; i < 300; ++i)
    labels.push_back("label " + std::to_string(i));
  return Vocabulary(labels);
}

Sequences with_a_long_one(std::size_t labels) {
  Sequences sequences = {std::vector<std::int64_t>(labels), {1, 2}, {}};
  std::iota(sequences[0].begin(), sequences[0].end(), 0);
  return sequences;
}

TEST(LabelBatch, IsAsLongAsItsLongestSequenceNeedsRoundedUp) {
  const Sequences few = {{1, 2}, {3}};
  EXPECT_EQ(label_batch(few, many_labels(), {.steps = 201}).inputs.size(1), 16);
  EXPECT_EQ(label_batch(with_a_long_one(200), many_labels(), {.steps = 201}).inputs.size(1), 201);
}

TEST(LabelBatch, KeepsTheLengthOfUsualSets) {
  const Sequences few = {{1, 2}, {3}};
  EXPECT_EQ(label_batch(few, many_labels(), {.steps = 6}).inputs.size(1), 6);
}

TEST(LabelBatch, HasAllStepsForALossThatReadsThem) {
  const Sequences few = {{1, 2}, {3}};
  EXPECT_EQ(label_batch(few, many_labels(), {.steps = 201, .always_all = true}).inputs.size(1), 201);
}

TEST(LabelBatch, CutsWhatIsLongerButTellsTheClassifierAllLabels) {
  const LabelBatch batch = label_batch(with_a_long_one(20), many_labels(), {.steps = 6});
  EXPECT_EQ(batch.lengths[0].item<std::int64_t>(), 5);
  EXPECT_EQ(batch.targets[0][5].item<std::int64_t>(), 300);
  EXPECT_EQ(batch.multi_hot[0].sum().item<float>(), 20);
}

}  // namespace
}  // namespace tagloom::training
