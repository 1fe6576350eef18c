#include "my_component.hpp"

#include <tagloom/conformance/decoder.hpp>
#include <tagloom/conformance/gtest.hpp>

#include <memory>

namespace my_component_plugin {
namespace {

const tagloom::DecoderSetup kSetup{
    .labels = 10, .features = {.channels = 16, .map_height = 2, .map_width = 3}, .embeddings = {}};

std::shared_ptr<GruDecoder> made() {
  return std::make_shared<GruDecoder>(
      tagloom::Options("my_component", GruDecoder::options(), {{"hidden", "8"}}), kSetup);
}

TEST(my_component, KeepsWhatTheHostReliesOn) {
  EXPECT_TRUE(tagloom::conformance::keeps_promises(tagloom::conformance::check_decoder(made, kSetup)));
}

TEST(my_component, RemembersTheTokensBefore) {
  const auto decoder = made();
  decoder->eval();
  const at::NoGradGuard no_grad;
  const tagloom::Features features{
      .pooled = at::ones({1, kSetup.features.channels}), .map = {}, .concepts = {}};
  const auto logits_after = [&](std::int64_t label) {
    const at::Tensor tokens = at::tensor({kSetup.labels + 1, label, std::int64_t{0}}).view({1, 3});
    return decoder->Decoder::teacher_forced(features, tokens).select(1, 2);
  };
  EXPECT_FALSE(logits_after(1).allclose(logits_after(2)));
}

}  // namespace
}  // namespace my_component_plugin
