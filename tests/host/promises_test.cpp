/// A plugin that nobody checked breaks a promise where it is used: training, prediction and the building of a
/// cache say of it what `tagloom plugins check` says.

#include "evaluation/predict.hpp"
#include "features/build_cache.hpp"
#include "models/model.hpp"
#include "places.hpp"
#include "registry/kinds.hpp"
#include "training/train.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/read.hpp>
#include <tagloom/featurecache/reader.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace tagloom::training {
namespace {

using registry::Assignments;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

const registry::Registry& with_faulty() {
  static const registry::Registry all({TAGLOOM_TEST_PLUGINS, TAGLOOM_TEST_FIXTURES "/faulty"});
  return all;
}

/// What `tagloom plugins check faulty` finds, without the sizes, which are those of its own example.
std::vector<std::string> checked(const std::string& kind, const std::string& fault) {
  const auto& known = registry::kinds();
  const auto found = std::ranges::find(known, kind, &registry::Kind::name);
  auto violations = found->check(with_faulty(), "faulty", Assignments{{"fault", fault}}, {});
  for (std::string& violation : violations)
    violation = std::regex_replace(violation, std::regex("[0-9]+(, [0-9]+)*"), "N");
  return violations;
}

/// `words` are the check's, but for the sizes.
void expect_the_checks_words(const std::string& kind, const std::string& fault, const std::string& words) {
  EXPECT_THAT(checked(kind, fault), Contains(std::regex_replace(words, std::regex("[0-9]+(, [0-9]+)*"), "N")))
      << kind << " " << fault;
}

std::string sentence(const std::string& kind, const std::string& words) {
  return fmt::format(
      "The {} faulty breaks a promise of its kind: {}. `tagloom plugins check faulty` tests all "
      "of them.",
      kind, words);
}

/// A run of the small world whose part of a kind is the faulty one.
TrainConfig with_fault(const TemporaryFolder& folder, const std::string& kind, const std::string& fault) {
  TrainConfig config = small(folder / "m.safetensors", kRia);
  const Assignments options{{"fault", fault}};
  if (kind == "decoder") config.model = {.decoder = "faulty", .decoder_options = options};
  if (kind == "classifier") config.model = {.classifier = "faulty", .classifier_options = options};
  if (kind == "multilabel_loss") {
    config.model = kClassifier;
    config.multilabel_loss = "faulty";
    config.multilabel_loss_options = options;
  }
  if (kind == "loss") {
    config.loss = "faulty";
    config.loss_options = options;
  }
  if (kind == "ordering") {
    config.ordering = "faulty";
    config.ordering_options = options;
  }
  return config;
}

void expect_training_to_say(const std::string& kind, const std::string& fault, const std::string& words) {
  const TemporaryFolder folder;
  const TrainConfig config = with_fault(folder, kind, fault);
  EXPECT_THAT([&] { train(config, with_faulty(), {}); }, ThrowsMessage<Error>(sentence(kind, words)))
      << fault;
  expect_the_checks_words(kind, fault, words);
}

TEST(Promises, ASoundPartOfEveryKindTrains) {
  for (const char* kind : {"decoder", "classifier", "loss", "multilabel_loss", "ordering"}) {
    EXPECT_THAT(checked(kind, "none"), IsEmpty()) << kind;
    const TemporaryFolder folder;
    EXPECT_TRUE(train(with_fault(folder, kind, "none"), with_faulty(), {}).finished) << kind;
  }
}

TEST(Promises, TrainingSaysOfADecoderWhatTheCheckSays) {
  expect_training_to_say("decoder", "narrow",
                         "step: logits are [8, 24], not [hypotheses = 8, labels + 1 = 25]");
  expect_training_to_say("decoder", "half", "step: logits are float16, not float32");
  expect_training_to_say("decoder", "detached", "teacher_forced: logits carry no gradient");
  expect_training_to_say("decoder", "needless", "needs: asks for no features");
  expect_training_to_say(
      "decoder", "misnamed",
      "create: the buffer \"bad\\xff\" has a name that is no UTF-8, which no checkpoint can store");
}

TEST(Promises, TrainingSaysOfAClassifierWhatTheCheckSays) {
  expect_training_to_say("classifier", "narrow",
                         "forward: logits are [8, 23], not [images = 8, labels = 24]");
  expect_training_to_say("classifier", "half", "forward: logits are float16, not float32");
  expect_training_to_say("classifier", "nan", "forward: logits are not finite");
  expect_training_to_say("classifier", "detached", "forward: logits carry no gradient");
  expect_training_to_say("classifier", "needless", "needs: asks for no features that a cache has");
  expect_training_to_say(
      "classifier", "misnamed",
      "create: the buffer \"bad\\xff\" has a name that is no UTF-8, which no checkpoint can store");
}

TEST(Promises, TrainingSaysOfALossWhatTheCheckSays) {
  for (const char* kind : {"loss", "multilabel_loss"}) {
    expect_training_to_say(kind, "vector", "compute: the total is [2], not a scalar");
    expect_training_to_say(kind, "double", "compute: the total is float64, not float32");
    expect_training_to_say(kind, "detached", "compute: the total carries no gradient for the logits");
    expect_training_to_say(kind, "nan", "compute: the total is not finite");
  }
  expect_training_to_say("loss", "kind", "logits_kind: it is 7, neither teacher_forced nor free_running");
  expect_training_to_say("loss", "targets", "targets: a token is 25, not from 0 to the stop token 24");
  expect_training_to_say("loss", "parts", "compute: the part each is not a scalar without gradient");
}

TEST(Promises, TrainingSaysOfAnOrderingWhatTheCheckSays) {
  const TemporaryFolder folder;
  EXPECT_THAT(
      [&] { train(with_fault(folder, "ordering", "shortened"), with_faulty(), {}); },
      ThrowsMessage<Error>(AllOf(
          HasSubstr(
              "The ordering faulty breaks a promise of its kind: order: the sequence of the label set ["),
          HasSubstr("], not each of its labels once. `tagloom plugins check faulty`"))));
  expect_the_checks_words("ordering", "shortened",
                          "order: the sequence of the label set [4] is [], not each of its labels once");
}

/// Sequences are made step by step there, too.
TEST(Promises, ADecoderOnItsOwnTokensIsHeldToThem) {
  const TemporaryFolder folder;
  TrainConfig config = with_fault(folder, "decoder", "narrow");
  config.loss = "mla";
  EXPECT_THAT([&] { train(config, with_faulty(), {}); },
              ThrowsMessage<Error>(
                  sentence("decoder", "step: logits are [8, 24], not [hypotheses = 8, labels + 1 = 25]")));
}

/// The check, which calls a step first, says it of the step.
TEST(Promises, ADecoderWhoseLogitsAreNoNumbersIsToldAtTheFirstStep) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { train(with_fault(folder, "decoder", "nan"), with_faulty(), {}); },
              ThrowsMessage<Error>(sentence("decoder", "teacher_forced: logits are not finite")));
  EXPECT_THAT(checked("decoder", "nan"), Contains("step: logits are not finite"));
}

TEST(Promises, PredictionSaysOfADecoderWhatTheCheckSays) {
  const featurecache::CacheReader cache(world().cache());
  const Vocabulary vocabulary = datasets::read(world().data()).vocabulary;
  const auto predict_with = [&](const char* fault) {
    const auto model = models::create_model(
        {.decoder = "faulty", .decoder_options = {{"fault", fault}}},
        {.labels = vocabulary.size(), .features = cache.info().feature_shape, .embeddings = {}},
        with_faulty());
    return evaluation::predict(*model, cache, {0, 1}, vocabulary,
                               {.search = {.max_labels = 3}, .thresholds = {}});
  };
  EXPECT_EQ(predict_with("none").size(), 2U);
  EXPECT_THAT([&] { (void)predict_with("narrow"); },
              ThrowsMessage<Error>(
                  sentence("decoder", "step: logits are [2, 24], not [hypotheses = 2, labels + 1 = 25]")));
}

TEST(Promises, ACacheSaysOfAnEncoderWhatTheCheckSays) {
  EXPECT_THAT(checked("encoder", "none"), IsEmpty());
  const std::map<std::string, std::string> words = {
      {"crop", "preprocessing: the crop is larger than its image, 8 pixels cut from 7"},
      {"shape", "encode: pooled is [1, 3], not [images = 1, channels = 4]"},
      {"half", "encode: pooled is float16, not float32"}};
  for (const auto& [fault, sentence_of_it] : words) {
    const TemporaryFolder folder;
    features::BuildConfig config;
    config.data = world().data();
    config.output = folder / "c.h5";
    config.encoder = "faulty";
    config.encoder_options = {{"fault", fault}};
    config.batch = 1;
    EXPECT_THAT([&] { features::build_cache(config, with_faulty(), {}); },
                ThrowsMessage<PluginError>(sentence("encoder", sentence_of_it)));
    expect_the_checks_words("encoder", fault, sentence_of_it);
  }
}

}  // namespace
}  // namespace tagloom::training
