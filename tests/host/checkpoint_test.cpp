#include "checkpoint/checkpoint.hpp"

#include "checkpoint/restore_model.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::checkpoint {
namespace {

using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

const registry::Registry& registry() {
  static const registry::Registry built({TAGLOOM_TEST_PLUGINS});
  return built;
}

const FeatureShape kShape{.channels = 6, .map_height = 1, .map_width = 1};

std::shared_ptr<models::Model> small_ria() {
  return models::create_model({.decoder = "ria", .decoder_options = {{"hidden", "5"}, {"embedding", "4"}}},
                              {.labels = 3, .features = kShape}, registry());
}

Checkpoint example(const models::Model& model) {
  return {.vocabulary = Vocabulary({"sky", "sea", "boat"}),
          .train_counts = {5, 4, 1},
          .features = {.encoder = "tresnet",
                       .weights_fingerprint = "abc",
                       .preprocessing = "squish 224",
                       .shape = kShape},
          .validation = {.fraction = 0.1, .seed = 3},
          .model = model.spec(),
          .max_steps = 4,
          .record = {{"ordering", "rare_first"}},
          .weights = named_tensors(model)};
}

TEST(Checkpoint, RoundTripKeepsTheDescriptionAndTheDecodersOutputs) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  const auto model = small_ria();
  model->eval();
  write_checkpoint(path, example(*model));
  const Checkpoint read = read_checkpoint(path);
  EXPECT_EQ(read.vocabulary, Vocabulary({"sky", "sea", "boat"}));
  EXPECT_EQ(read.train_counts, (std::vector<std::int64_t>{5, 4, 1}));
  EXPECT_EQ(read.features, example(*model).features);
  EXPECT_EQ(read.validation.seed, 3U);
  EXPECT_EQ(read.max_steps, 4);
  EXPECT_EQ(read.record.at("ordering"), "rare_first");
  const Features features{.pooled = at::ones({2, 6})};
  const at::Tensor tokens = at::tensor({4, 0, 4, 2}, at::kLong).view({2, 2});
  EXPECT_TRUE(read.thresholds.empty());
  EXPECT_TRUE(restore_model(read, registry(), path)
                  ->decoder()
                  ->teacher_forced(features, tokens)
                  .equal(model->decoder()->teacher_forced(features, tokens)));
}

TEST(Checkpoint, KeepsHowTheEncoderWasMadeAndTheCalibration) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  Checkpoint checkpoint = example(*small_ria());
  write_checkpoint(path, checkpoint);
  EXPECT_FALSE(read_checkpoint(path).features.recipe) << "as in checkpoints of earlier versions";
  EXPECT_FALSE(read_checkpoint(path).calibration);
  checkpoint.features.recipe =
      EncoderRecipe{.options = {{"variant", "tresnet_l"}, {"weights", "w.pth"}}, .weights_source = "w.pth"};
  checkpoint.calibration = Calibration{
      .temperature = 1.5, .bias = -0.5, .images = 450, .error_before = 0.25, .error_after = 0.125};
  write_checkpoint(path, checkpoint);
  EXPECT_EQ(read_checkpoint(path).features, checkpoint.features);
  EXPECT_EQ(read_checkpoint(path).calibration, checkpoint.calibration);
}

TEST(Checkpoint, FormatOneIsStillRead) {
  const auto path = tagloom::testing::test_data("checkpoint_format1.safetensors");
  const Checkpoint read = read_checkpoint(path);
  EXPECT_EQ(read.model.decoder, "ria");
  EXPECT_EQ(read.model.decoder_options.at("hidden"), "1");
  EXPECT_TRUE(read.model.classifier.empty());
  const auto model = restore_model(read, registry(), path);
  EXPECT_EQ(model->named_parameters()["decoder.fc.weight"].sizes(), at::IntArrayRef({25, 1}));
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

TEST(Checkpoint, DamagedMetadataIsToldWithoutTheWordsOfALibrary) {
  const TemporaryFolder folder;
  const auto path = folder / "bad.safetensors";
  for (const char* text :
       {"", "{", "[]", "7", "{}", R"({"format": "1"})", R"({"format": 1e99})", R"({"format": 1})"}) {
    write_safetensors(path, {.metadata = {{"tagloom", text}}});
    EXPECT_THAT([&] { read_checkpoint(path); },
                ThrowsMessage<DataError>(AllOf(HasSubstr("damaged checkpoint metadata"),
                                               Not(HasSubstr("syntax")), Not(HasSubstr("key")),
                                               Not(HasSubstr("json.exception")), Not(HasSubstr("must be")))))
        << text;
  }
}

TEST(Checkpoint, OfAnotherKindOfFileIsCalledThat) {
  const TemporaryFolder folder;
  for (const auto& [text, kind] :
       {std::pair{"version https://git-lfs.github.com/spec/v1\n", "Git LFS"},
        std::pair{"<html></html>", "an HTML page"}, std::pair{"", "an empty file"}}) {
    tagloom::testing::write_text(folder / "other", text);
    EXPECT_THAT([&] { read_checkpoint(folder / "other"); }, ThrowsMessage<DataError>(HasSubstr(kind)));
  }
}

TEST(Checkpoint, ValuesThatNoSearchOrThresholdCanUseAreRefused) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  const auto model = small_ria();
  const auto refused = [&](const auto& damage) {
    Checkpoint checkpoint = example(*model);
    damage(checkpoint);
    write_checkpoint(path, checkpoint);
    EXPECT_THAT([&] { read_checkpoint(path); },
                ThrowsMessage<DataError>(HasSubstr("damaged checkpoint metadata")));
  };
  refused([](Checkpoint& c) { c.max_steps = 0; });
  refused([](Checkpoint& c) { c.max_steps = 5; });  // one more than all labels and a stop
  refused([](Checkpoint& c) { c.max_steps = 1 << 24; });
  refused([](Checkpoint& c) { c.embedding = -1; });
  refused([](Checkpoint& c) { c.embedding = 1 << 24; });
  refused([](Checkpoint& c) { c.features.shape.channels = 1 << 24; });
  refused([](Checkpoint& c) { c.features.shape.map_height = 1 << 24; });
  refused([](Checkpoint& c) { c.features.shape.channels = 0; });
  refused([](Checkpoint& c) { c.train_counts.pop_back(); });
  refused([](Checkpoint& c) { c.thresholds = {0.5F}; });
  refused([](Checkpoint& c) { c.calibration = Calibration{.temperature = 0}; });
  refused([](Checkpoint& c) { c.calibration = Calibration{.temperature = -1}; });
  refused([](Checkpoint& c) { c.calibration = Calibration{.bias = 1e300}; });
  refused([](Checkpoint& c) { c.model = {.classifier = "linear"}; });  // without thresholds
}

TEST(Checkpoint, WeightsOfAnotherSizeAreRefusedByName) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  Checkpoint checkpoint = example(*small_ria());
  checkpoint.model.decoder_options["hidden"] = "9";
  EXPECT_THAT([&] { restore_model(checkpoint, registry(), path); },
              ThrowsMessage<DataError>(HasSubstr("fc.weight [4, 5] instead of [4, 9]")));
}

TEST(Checkpoint, ABitThatFlippedIsRefusedOrChangesNothing) {
  const TemporaryFolder folder;
  const auto path = folder / "model.safetensors";
  const auto model = small_ria();
  write_checkpoint(path, example(*model));
  const std::string whole = tagloom::testing::read_text(path);
  const std::string fingerprint_before = fingerprint(named_tensors(*model));
  std::size_t refusals = 0;
  for (std::size_t position = 0; position < whole.size(); ++position) {
    std::string flipped = whole;
    flipped[position] = static_cast<char>(flipped[position] ^ (1 << (position % 8)));
    tagloom::testing::write_text(path, flipped);
    try {
      const Checkpoint read = read_checkpoint(path);
      EXPECT_EQ(fingerprint(read.weights), fingerprint_before) << position;
      EXPECT_EQ(read.vocabulary, example(*model).vocabulary) << position;
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr(path.string())) << position;
      ++refusals;
    }
  }
  EXPECT_GT(refusals, whole.size() * 9 / 10);
}

TEST(Checkpoint, OneWithoutAChecksumIsReadAsBefore) {
  const auto path = tagloom::testing::test_data("checkpoint_format1.safetensors");
  EXPECT_EQ(tagloom::testing::read_text(path).find("tagloom_checksum"), std::string::npos);
  EXPECT_EQ(read_checkpoint(path).weights.size(), 9U);
}

}  // namespace
}  // namespace tagloom::checkpoint
