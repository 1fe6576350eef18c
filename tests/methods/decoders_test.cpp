/// Every decoder against the numbers of the reference implementation, and against the promises of its kind.

#include "built_plugins.hpp"
#include "golden_decoder.hpp"
#include "registry/kinds/decoder.hpp"
#include "registry/kinds/loss.hpp"

#include <tagloom/conformance/decoder.hpp>
#include <tagloom/loss.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tagloom {
namespace {

using testing::built_plugins;
using testing::golden_decoder;
using testing::GoldenDecoder;

/// The reference's name of a method, and our plugin's.
struct Method {
  std::string reference;
  std::string plugin;
};

void PrintTo(const Method& method, std::ostream* stream) {
  *stream << method.plugin;
}

class GoldenMethod : public ::testing::TestWithParam<Method> {
 protected:
  GoldenDecoder golden_ = golden_decoder(GetParam().reference, GetParam().plugin);

  at::Tensor teacher_forced() {
    return golden_.decoder->teacher_forced(golden_.features, golden_.labels.inputs);
  }
  at::Tensor free_run() {
    return free_running(*golden_.decoder, golden_.features, golden_.vocabulary.start(),
                        golden_.labels.targets.size(1),
                        every_step(golden_.labels.batch(), golden_.labels.targets.size(1)));
  }
};

INSTANTIATE_TEST_SUITE_P(, GoldenMethod,
                         ::testing::Values(Method{"RIA", "ria"}, Method{"SR-CNN-RNN", "sr_cnn_rnn"},
                                           Method{"attention", "attention"}),
                         [](const auto& method) { return method.param.plugin; });

TEST_P(GoldenMethod, TeacherForcedLogitsAgree) {
  testing::expect_close(teacher_forced(), golden_.expected.at("teacher_forced_logits"));
}

TEST_P(GoldenMethod, CrossEntropyAndItsGradientNormsAgree) {
  const auto loss = built_plugins().create<Loss>("cross_entropy", {}).component;
  const LossValue value = loss->compute(teacher_forced(), golden_.labels);
  EXPECT_NEAR(value.total.item<double>(), golden_.expected.at("cross_entropy").get<double>(), 1e-5);
  value.total.backward();
  testing::expect_gradient_norms(*golden_.decoder, golden_.expected.at("gradient_l2_norms"));
}

TEST_P(GoldenMethod, CrossEntropyNeedsNoStepAfterTheStop) {
  const auto loss = built_plugins().create<Loss>("cross_entropy", {}).component;
  const at::Tensor logits =
      golden_.decoder->teacher_forced(golden_.features, golden_.labels.inputs, golden_.labels.batch_sizes());
  const LossValue value = loss->compute(logits, golden_.labels);
  EXPECT_NEAR(value.total.item<double>(), golden_.expected.at("cross_entropy").get<double>(), 1e-5);
  value.total.backward();
  testing::expect_gradient_norms(*golden_.decoder, golden_.expected.at("gradient_l2_norms"));
}

TEST_P(GoldenMethod, FreeRunningLogitsAndGreedyTokensAgree) {
  const at::Tensor logits = free_run();
  testing::expect_close(logits, golden_.expected.at("free_running_logits"));
  const auto expected = golden_.expected.at("greedy_tokens").get<std::vector<std::vector<std::int64_t>>>();
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_TRUE(logits.argmax(2)[static_cast<std::int64_t>(i)].equal(at::tensor(expected[i])))
        << "image " << i;
}

/// Targets, loss and (where the reference has them) gradient norms after an alignment.
void expect_alignment(const at::Tensor& logits, const GoldenDecoder& golden, const std::string& loss_name,
                      const registry::Assignments& options = {}) {
  const auto& expected = golden.expected.at(loss_name);
  const auto loss = built_plugins().create<Loss>(loss_name, options).component;
  const auto rows = expected.at("aligned_targets").get<std::vector<std::vector<std::int64_t>>>();
  const at::Tensor targets = loss->targets(logits, golden.labels);
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_TRUE(targets[static_cast<std::int64_t>(i)].equal(at::tensor(rows[i])))
        << "image " << i << targets[static_cast<std::int64_t>(i)];
  const LossValue value = loss->compute(logits, golden.labels);
  EXPECT_NEAR(value.total.item<double>(), expected.at("loss").get<double>(), 1e-5);
  if (!expected.contains("gradient_l2_norms")) return;
  value.total.backward();
  testing::expect_gradient_norms(*golden.decoder, expected.at("gradient_l2_norms"));
}

TEST_P(GoldenMethod, MinimalLossAlignmentAgrees) {
  expect_alignment(free_run(), golden_, "mla");
}

TEST_P(GoldenMethod, MinimalLossAlignmentNeedsNoStepAfterTheStop) {
  expect_alignment(free_running(*golden_.decoder, golden_.features, golden_.vocabulary.start(),
                                golden_.labels.targets.size(1), golden_.labels.batch_sizes()),
                   golden_, "mla");
}

TEST_P(GoldenMethod, PredictedLabelAlignmentAgrees) {
  expect_alignment(free_run(), golden_, "pla", {{"compat", "true"}});
}

TEST_P(GoldenMethod, FusedTeacherForcingEqualsTheStepsInValuesAndGradients) {
  const auto create = [] { return golden_decoder(GetParam().reference, GetParam().plugin).decoder; };
  EXPECT_THAT(conformance::check_decoder(create, golden_.setup), ::testing::IsEmpty());
}

TEST_P(GoldenMethod, DropoutActsInTrainingOnly) {
  EXPECT_TRUE(teacher_forced().equal(teacher_forced()));
  golden_.decoder->train();
  EXPECT_FALSE(teacher_forced().equal(teacher_forced()));
}

TEST_P(GoldenMethod, PretrainedEmbeddingsStayFrozenUnlessAskedOtherwise) {
  const DecoderSetup setup{.labels = 4,
                           .features = {.channels = 8, .map_height = 1, .map_width = 2},
                           .embeddings = at::ones({6, 5})};
  const auto built = [&](const char* freeze) {
    return built_plugins()
        .create<Decoder>(GetParam().plugin, {{"hidden", "7"}, {"freeze_embeddings", freeze}}, setup)
        .component->named_parameters()["word_emb.weight"];
  };
  EXPECT_FALSE(built("true").requires_grad());
  EXPECT_TRUE(built("false").requires_grad());
  EXPECT_TRUE(built("true").equal(at::ones({6, 5})));
}

TEST_P(GoldenMethod, EveryWayToStartKeepsThePromises) {
  for (const char* start : {"linear", "tanh"}) {
    for (const char* cell : {"zero", "learned"}) {
      const DecoderSetup setup{.labels = 6, .features = {.channels = 8, .map_height = 2, .map_width = 2}};
      const auto create = [&] {
        return built_plugins()
            .create<Decoder>(GetParam().plugin, {{"hidden", "9"}, {"start", start}, {"cell", cell}}, setup)
            .component;
      };
      EXPECT_THAT(conformance::check_decoder(create, setup), ::testing::IsEmpty()) << start << cell;
    }
  }
}

/// Products in bfloat16 must move no gradient by more than 1 %, except that of attention's own scores, whose
/// sums cancel.
TEST_P(GoldenMethod, Bfloat16ProductsMoveGradientsByLessThanOnePercent) {
  const auto gradients = [&](at::ScalarType type) {
    golden_.decoder->zero_grad();
    const Features features = golden_.features.to(at::kCPU, type);
    const at::Tensor logits = golden_.decoder->teacher_forced(features, golden_.labels.inputs);
    built_plugins()
        .create<Loss>("cross_entropy", {})
        .component->compute(logits, golden_.labels)
        .total.backward();
    std::map<std::string, at::Tensor> by_name;
    for (const auto& parameter : golden_.decoder->named_parameters())
      by_name.emplace(parameter.key(), parameter.value().grad().clone());
    return by_name;
  };
  const auto exact = gradients(at::kFloat);
  for (const auto& [name, gradient] : gradients(at::kBFloat16)) {
    if (name == "attention.full_att.bias") continue;  // nothing but rounding
    const double tolerance = name.starts_with("attention.") ? 0.06 : 0.01;
    EXPECT_LT((gradient - exact.at(name)).norm().item<double>(),
              tolerance * exact.at(name).norm().item<double>())
        << name;
  }
}

TEST(Attention, WeightsAgreeWithTheReferenceAtEveryStep) {
  const auto golden = golden_decoder("attention", "attention");
  DecoderState state = golden.decoder->begin(golden.features);
  std::vector<at::Tensor> weights;
  for (std::int64_t t = 0; t < golden.labels.inputs.size(1); ++t) {
    DecoderStep step = golden.decoder->step(golden.labels.inputs.select(1, t), state);
    weights.push_back(step.attention);
    state = step.state;
  }
  testing::expect_close(at::stack(weights, 1), golden.expected.at("attention_weights"));
}

TEST(Attention, ThePixelsAreProjectedOnceAnImageHoweverManyHypothesesThereAre) {
  const auto golden = golden_decoder("attention", "attention");
  const DecoderState state = golden.decoder->begin(golden.features);
  const std::int64_t images = golden.features.batch();
  const DecoderState wide = state.select(at::arange(images, at::kLong).repeat_interleave(5));
  EXPECT_EQ(wide["hidden"].size(0), images * 5);
  EXPECT_TRUE(wide.memory.at("keys").is_same(state.memory.at("keys")));
  EXPECT_TRUE(wide.memory.at("map").is_same(state.memory.at("map")));
}

TEST(SrCnnRnn, TheSequencesGradientReachesTheConceptsOnlyWhenJoint) {
  const DecoderSetup setup{.labels = 4, .features = {.channels = 8}};
  const auto gradient = [&](const char* mode) {
    const auto decoder =
        built_plugins()
            .create<Decoder>("sr_cnn_rnn", {{"hidden", "5"}, {"concept_gradient", mode}}, setup)
            .component;
    at::Tensor concepts = at::ones({2, 4}).set_requires_grad(true);
    decoder->teacher_forced({.concepts = concepts}, at::full({2, 3}, 5, at::kLong)).sum().backward();
    return concepts.grad();
  };
  EXPECT_FALSE(gradient("cut").defined());
  EXPECT_GT(gradient("joint").abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace tagloom
