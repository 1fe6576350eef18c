#include "built_plugins.hpp"
#include "golden_decoder.hpp"

#include <tagloom/conformance.hpp>
#include <tagloom/decoder.hpp>
#include <tagloom/error.hpp>
#include <tagloom/loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using testing::built_plugins;
using testing::golden_decoder;

TEST(Ria, TeacherForcedLogitsAgreeWithTheReference) {
  const auto golden = golden_decoder("RIA", "ria");
  testing::expect_close(golden.decoder->teacher_forced(golden.features, golden.labels.inputs),
                        golden.expected.at("teacher_forced_logits"));
}

TEST(Ria, CrossEntropyAndGradientNormsAgreeWithTheReference) {
  const auto golden = golden_decoder("RIA", "ria");
  const auto loss = built_plugins().loss("cross_entropy", {}).component;
  const LossValue value =
      loss->compute(golden.decoder->teacher_forced(golden.features, golden.labels.inputs), golden.labels);
  EXPECT_NEAR(value.total.item<double>(), golden.expected.at("cross_entropy").get<double>(), 1e-5);
  value.total.backward();
  testing::expect_gradient_norms(*golden.decoder, golden.expected.at("gradient_l2_norms"));
}

TEST(Ria, GreedyTokensAgreeWithTheReference) {
  const auto golden = golden_decoder("RIA", "ria");
  const at::Tensor tokens =
      free_running(*golden.decoder, golden.features, golden.vocabulary.start(), golden.labels.targets.size(1))
          .argmax(2);
  const auto expected = golden.expected.at("greedy_tokens").get<std::vector<std::vector<std::int64_t>>>();
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(tokens[static_cast<std::int64_t>(i)].equal(at::tensor(expected[i]))) << "image " << i;
}

TEST(Ria, FusedTeacherForcingEqualsTheStepsInValuesAndGradients) {
  const auto golden = golden_decoder("RIA", "ria");
  EXPECT_THAT(conformance::check_decoder(*golden.decoder, golden.setup), ::testing::IsEmpty());
}

TEST(Ria, PretrainedEmbeddingsStayFrozenUnlessAskedOtherwise) {
  const DecoderSetup setup{.labels = 4, .features = {.channels = 8}, .embeddings = at::ones({6, 5})};
  const auto frozen = built_plugins().decoder("ria", {{"hidden", "7"}}, setup).component;
  const auto tuned =
      built_plugins().decoder("ria", {{"hidden", "7"}, {"freeze_embeddings", "false"}}, setup).component;
  EXPECT_FALSE(frozen->named_parameters()["word_emb.weight"].requires_grad());
  EXPECT_TRUE(tuned->named_parameters()["word_emb.weight"].requires_grad());
  EXPECT_TRUE(frozen->named_parameters()["word_emb.weight"].equal(at::ones({6, 5})));
}

TEST(Ria, DropoutActsInTrainingOnly) {
  const auto golden = golden_decoder("RIA", "ria");
  const auto run = [&] { return golden.decoder->teacher_forced(golden.features, golden.labels.inputs); };
  EXPECT_TRUE(run().equal(run()));
  golden.decoder->train();
  EXPECT_FALSE(run().equal(run()));
}

}  // namespace
}  // namespace tagloom
