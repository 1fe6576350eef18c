#include "checkpoint/checkpoint.hpp"

#include "support/files.hpp"

#include <tagloom/decoder.hpp>
#include <tagloom/error.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::checkpoint {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

const plugins::Registry& registry() {
  static const plugins::Registry built({TAGLOOM_TEST_PLUGINS});
  return built;
}

const FeatureShape kShape{.channels = 6, .map_height = 1, .map_width = 1};

std::shared_ptr<Decoder> small_ria() {
  return registry()
      .decoder("ria", {{"hidden", "5"}, {"embedding", "4"}}, {.labels = 3, .features = kShape})
      .component;
}

Checkpoint example(const Decoder& decoder) {
  return {.vocabulary = Vocabulary({"sky", "sea", "boat"}),
          .train_counts = {5, 4, 1},
          .features = {.encoder = "tresnet",
                       .weights_fingerprint = "abc",
                       .preprocessing = "squish 224",
                       .shape = kShape},
          .validation = {.fraction = 0.1, .seed = 3},
          .decoder = "ria",
          .decoder_options = {{"hidden", "5"}, {"embedding", "4"}},
          .max_steps = 6,
          .record = {{"ordering", "rare_first"}},
          .weights = named_tensors(decoder)};
}

TEST(Checkpoint, RoundTripKeepsTheDescriptionAndTheDecodersOutputs) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  const auto decoder = small_ria();
  decoder->eval();
  write_checkpoint(path, example(*decoder));
  const Checkpoint read = read_checkpoint(path);
  EXPECT_EQ(read.vocabulary, Vocabulary({"sky", "sea", "boat"}));
  EXPECT_EQ(read.train_counts, (std::vector<std::int64_t>{5, 4, 1}));
  EXPECT_EQ(read.features, example(*decoder).features);
  EXPECT_EQ(read.validation.seed, 3U);
  EXPECT_EQ(read.max_steps, 6);
  EXPECT_EQ(read.record.at("ordering"), "rare_first");
  const Features features{.pooled = at::ones({2, 6})};
  const at::Tensor tokens = at::tensor({4, 0, 4, 2}, at::kLong).view({2, 2});
  EXPECT_TRUE(restore_decoder(read, registry(), path)
                  ->teacher_forced(features, tokens)
                  .equal(decoder->teacher_forced(features, tokens)));
}

TEST(Checkpoint, BareWeightsAreNoCheckpoint) {
  const TemporaryFolder folder;
  write_safetensors(folder / "weights.safetensors", {.tensors = {{"w", at::ones({2})}}});
  EXPECT_THAT([&] { read_checkpoint(folder / "weights.safetensors"); },
              ThrowsMessage<DataError>(HasSubstr("no tagloom checkpoint")));
}

TEST(Checkpoint, ANewerFormatIsRefused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "new.safetensors", {.metadata = {{"tagloom", R"({"format": 99})"}}});
  EXPECT_THAT([&] { read_checkpoint(folder / "new.safetensors"); },
              ThrowsMessage<DataError>(HasSubstr("format 99")));
}

TEST(Checkpoint, DamagedMetadataIsOneSentence) {
  const TemporaryFolder folder;
  write_safetensors(folder / "bad.safetensors", {.metadata = {{"tagloom", R"({"format": 1, "labels": 7})"}}});
  EXPECT_THAT([&] { read_checkpoint(folder / "bad.safetensors"); },
              ThrowsMessage<DataError>(HasSubstr("damaged checkpoint metadata")));
}

TEST(Checkpoint, WeightsOfAnotherSizeAreRefusedByName) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  Checkpoint checkpoint = example(*small_ria());
  checkpoint.decoder_options["hidden"] = "9";
  EXPECT_THAT([&] { restore_decoder(checkpoint, registry(), path); },
              ThrowsMessage<DataError>(HasSubstr("fc.weight [4, 5] instead of [4, 9]")));
}

}  // namespace
}  // namespace tagloom::checkpoint
