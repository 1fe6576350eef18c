#include "transformer.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/conformance/decoder.hpp>
#include <tagloom/conformance/gtest.hpp>

#include <ATen/ATen.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace transformer_plugin {
namespace {

using Settings = std::map<std::string, std::string>;

const tagloom::DecoderSetup kSetup{
    .labels = 10, .features = {.channels = 16, .map_height = 2, .map_width = 3}, .embeddings = {}};

/// Small, unless the settings say otherwise.
tagloom::Options options_of(Settings settings) {
  settings.insert({{"width", "8"}, {"heads", "2"}, {"feed_forward", "12"}});
  return {"transformer", Transformer::options(), settings};
}

Transformer made(Settings settings = {}, const tagloom::DecoderSetup& setup = kSetup) {
  return {options_of(std::move(settings)), setup};
}

::testing::AssertionResult keeps_promises(const Settings& settings, const tagloom::DecoderSetup& setup) {
  const auto create = [&] { return std::make_shared<Transformer>(options_of(settings), setup); };
  return tagloom::conformance::keeps_promises(tagloom::conformance::check_decoder(create, setup));
}

class TransformerWith : public ::testing::TestWithParam<Settings> {};

TEST_P(TransformerWith, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(keeps_promises(GetParam(), kSetup));
}

INSTANTIATE_TEST_SUITE_P(Settings, TransformerWith,
                         ::testing::Values(Settings{}, Settings{{"attend", "pooled"}},
                                           Settings{{"layers", "1"}, {"heads", "1"}},
                                           Settings{{"layers", "3"}, {"heads", "4"}}));

TEST(Transformer, TakesPretrainedEmbeddingsOfAnyWidth) {
  tagloom::DecoderSetup setup = kSetup;
  setup.embeddings = at::randn({kSetup.labels + 2, 5});
  EXPECT_TRUE(made({}, setup).named_parameters()["embedding.weight"].equal(setup.embeddings));
  EXPECT_TRUE(keeps_promises({}, setup));
}

TEST(Transformer, KnowsTheOrderOfTheTokensBefore) {
  Transformer decoder = made();
  decoder.eval();
  const at::NoGradGuard no_grad;
  const tagloom::Features features{
      .pooled = {}, .map = at::ones({1, kSetup.features.pixels(), kSetup.features.channels}), .concepts = {}};
  const auto last_logits = [&](std::int64_t first, std::int64_t second) {
    const at::Tensor tokens = at::tensor({kSetup.labels + 1, first, second, std::int64_t{0}}).view({1, 4});
    return decoder.teacher_forced(features, tokens).select(1, 3);
  };
  EXPECT_FALSE(last_logits(1, 2).allclose(last_logits(2, 1)));
}

TEST(Transformer, KeepsOneCopyOfAnImageForAllItsHypotheses) {
  Transformer decoder = made();
  const at::NoGradGuard no_grad;
  const tagloom::Features features{
      .pooled = {}, .map = at::ones({2, kSetup.features.pixels(), kSetup.features.channels}), .concepts = {}};
  const at::Tensor start = at::full({2}, kSetup.labels + 1, at::kLong);
  const tagloom::DecoderState state =
      decoder.step(start, decoder.begin(features)).state.select(at::tensor({0, 0, 0, 1, 1, 1}, at::kLong));
  EXPECT_EQ(state.tensors.at("layer0").size(0), 6);
  EXPECT_EQ(state.memory.at("layer0").size(0), 2);
}

TEST(Transformer, RefusesHeadsThatDoNotDivideItsWidth) {
  EXPECT_THROW(made({{"width", "10"}, {"heads", "4"}}), tagloom::UsageError);
}

}  // namespace
}  // namespace transformer_plugin
