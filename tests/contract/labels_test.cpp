#include <tagloom/base/error.hpp>
#include <tagloom/labels.hpp>
#include <tagloom/vocabulary.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const Vocabulary kVocabulary({"sky", "sea", "boat"});

TEST(Vocabulary, StopFollowsTheLabelsAndStartFollowsStop) {
  EXPECT_EQ(kVocabulary.index_of("boat"), 2);
  EXPECT_EQ(kVocabulary.stop(), 3);
  EXPECT_EQ(kVocabulary.start(), 4);
}

TEST(Vocabulary, RefusesRepeatedEmptyAndUnknownLabels) {
  EXPECT_THROW(Vocabulary({"sky", "sky"}), DataError);
  EXPECT_THROW(Vocabulary({"sky", ""}), DataError);
  EXPECT_THAT([] { (void)kVocabulary.index_of("sun"); }, ThrowsMessage<DataError>(HasSubstr("sun")));
}

TEST(LabelBatch, ImagesTakeOneStepMoreThanTheyHaveLabels) {
  const auto sizes = [](const std::vector<std::vector<std::int64_t>>& sequences) {
    return make_label_batch(sequences, kVocabulary, 5).batch_sizes();
  };
  EXPECT_EQ(sizes({{2, 0, 1}, {1}, {}}), BatchSizes({3, 2, 1, 1}));
  // The short one in front takes the steps of the long one behind it.
  EXPECT_EQ(sizes({{}, {2, 0}, {1}}), BatchSizes({3, 3, 2}));
}

TEST(BatchSizes, PackStepAfterStepAndPadImageAfterImage) {
  const at::Tensor padded = at::arange(1, 13, at::kFloat).view({3, 2, 2});
  const at::Tensor packed = pack_steps(padded, {2, 1});
  EXPECT_TRUE(packed.equal(at::tensor({1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, at::kFloat).view({3, 2})));
  const at::Tensor again = pad_steps(packed, {2, 1}, 2, 3);
  EXPECT_TRUE(again[0].equal(at::tensor({1.0, 2.0, 5.0, 6.0, 0.0, 0.0}, at::kFloat).view({3, 2})));
  EXPECT_TRUE(again[1].equal(at::tensor({3.0, 4.0, 0.0, 0.0, 0.0, 0.0}, at::kFloat).view({3, 2})));
  const BatchSizes all = every_step(2, 3);
  EXPECT_TRUE(pad_steps(pack_steps(padded, all), all, 2, 3).equal(padded.transpose(0, 1)));
}

TEST(LabelBatch, StartsStopsAndPadsSequences) {
  const std::vector<std::vector<std::int64_t>> sequences = {{2, 0}, {}};
  const LabelBatch batch = make_label_batch(sequences, kVocabulary, 4);
  EXPECT_TRUE(batch.inputs.equal(at::tensor({4, 2, 0, 3, 4, 3, 3, 3}, at::kLong).view({2, 4})));
  EXPECT_TRUE(batch.targets.equal(at::tensor({2, 0, 3, 3, 3, 3, 3, 3}, at::kLong).view({2, 4})));
  EXPECT_TRUE(batch.lengths.equal(at::tensor({2, 0}, at::kLong)));
  EXPECT_TRUE(batch.multi_hot.equal(at::tensor({1, 0, 1, 0, 0, 0}, at::kFloat).view({2, 3})));
}

TEST(LabelBatch, MaskCountsTheLabelsAndOneStop) {
  const std::vector<std::vector<std::int64_t>> sequences = {{2, 0}, {}};
  EXPECT_TRUE(make_label_batch(sequences, kVocabulary, 4)
                  .mask()
                  .equal(at::tensor({1, 1, 1, 0, 1, 0, 0, 0}, at::kLong).view({2, 4}).to(at::kBool)));
}

TEST(LabelBatch, RefusesASequenceWithoutRoomForItsStop) {
  const std::vector<std::vector<std::int64_t>> sequences = {{0, 1, 2}};
  EXPECT_THROW(make_label_batch(sequences, kVocabulary, 3), DataError);
  EXPECT_NO_THROW(make_label_batch(sequences, kVocabulary, 4));
}

}  // namespace
}  // namespace tagloom
