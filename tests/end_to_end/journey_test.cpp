#include "journey.hpp"

#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::run_tagloom;
using testing::TemporaryFolder;

TEST(Journey, EvaluationPrintsTheModelAndTheBaseline) {
  const auto result =
      run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("most frequent labels"), HasSubstr(journey().model), HasSubstr("N+")));
}

TEST(Journey, JsonHoldsScoresAndPredictionsOfEverySplit) {
  const TemporaryFolder folder;
  const auto result = run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache",
                                   journey().cache, "--split", "train", "--split", "validation", "--split",
                                   "test", "--json", folder / "scores.json"});
  ASSERT_EQ(result.status, 0) << result.err;
  const auto scores = testing::read_json(folder / "scores.json");
  ASSERT_EQ(scores.at("results").size(), 6U);  // three splits, each with its baseline
  EXPECT_EQ(scores.at("results")[5].at("split"), "test");
  EXPECT_EQ(scores.at("results")[5].at("predictions").size(), 15U);
  EXPECT_EQ(scores.at("results")[1].at("images"), 36);
  EXPECT_EQ(scores.at("results")[3].at("images"), 9);
}

TEST(Journey, EvaluationInBfloat16SaysSoAndPredictsMuchTheSame) {
  const TemporaryFolder folder;
  const auto scores = [&](const std::string& precision) {
    const auto result =
        run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache,
                     "--beam", "3", "--precision", precision, "--json", folder / "scores.json"});
    EXPECT_EQ(result.status, 0) << result.err;
    return testing::read_json(folder / "scores.json").at("results")[1];
  };
  const auto rounded = scores("bfloat16");
  const auto exact = scores("float32");
  EXPECT_EQ(rounded.at("precision"), "bfloat16");
  EXPECT_EQ(exact.at("precision"), "float32");
  EXPECT_NEAR(rounded.at("map"), exact.at("map"), 0.1);
  EXPECT_THAT(scores("auto").at("precision"), AnyOf(exact.at("precision"), rounded.at("precision")));
  EXPECT_NE(rounded.at("map"), exact.at("map")) << "the option does something";
  const auto wrong = run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache",
                                  journey().cache, "--precision", "half"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--precision is half; it must be"));
}

TEST(Journey, TrainingWritesALogLineAnEpoch) {
  const std::string log = testing::read_text(journey().model + ".log.csv");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 4);
  EXPECT_THAT(log, HasSubstr("epoch,loss,"));
}

TEST(Journey, TheSameSeedOnOneThreadGivesTheSameCheckpoint) {
  const TemporaryFolder folder;
  const std::map<std::string, std::string> one_thread = {{"OMP_NUM_THREADS", "1"}};
  ASSERT_EQ(run_tagloom(journey().train(folder / "a.safetensors"), one_thread).status, 0);
  ASSERT_EQ(run_tagloom(journey().train(folder / "b.safetensors"), one_thread).status, 0);
  const NamedTensors a = read_safetensors(folder / "a.safetensors").tensors;
  const NamedTensors b = read_safetensors(folder / "b.safetensors").tensors;
  EXPECT_EQ(fingerprint(a), fingerprint(b));
}

TEST(Journey, CacheInfoTellsWhereFeaturesComeFrom) {
  const auto result = run_tagloom({"cache", "info", journey().cache});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out,
              AllOf(HasSubstr("60"), HasSubstr("tresnet"), HasSubstr("RANDOM"), HasSubstr("squish 64")));
  EXPECT_EQ(run_tagloom({"cache", "verify", journey().cache}).status, 0);
}

TEST(Journey, AFolderOfImagesCanBeCachedWithoutLabels) {
  const TemporaryFolder folder;
  const auto result =
      run_tagloom({"cache", "build", "--images", journey().data, "--out", folder / "all.h5", "--map", "--set",
                   "encoder.image_size=64", "--set", "encoder.random=true"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(run_tagloom({"cache", "info", folder / "all.h5"}).out, HasSubstr("map [2 x 2 pixels"));
}

TEST(Journey, ACacheIsBuiltForAModelWithItsEncoder) {
  const TemporaryFolder folder;
  const std::vector<std::string> build = {"cache", "build",         "--data", journey().data,
                                          "--for", journey().model, "--out",  folder / "for.h5"};
  const auto built = run_tagloom(build);
  ASSERT_EQ(built.status, 0) << built.err;
  EXPECT_EQ(run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", folder / "for.h5"})
                .status,
            0);
  auto other = build;
  other.insert(other.end(), {"--encoder", "tresnet"});
  const auto refused = run_tagloom(other);
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("--encoder does nothing here: --for takes it from the checkpoint"));
}

TEST(Journey, PluginsAreListedInspectedAndChecked) {
  EXPECT_THAT(run_tagloom({"plugins", "list"}).out, AllOf(HasSubstr("ria"), HasSubstr("efficientnet_lite")));
  EXPECT_THAT(run_tagloom({"plugins", "inspect", "ria"}).out,
              AllOf(HasSubstr("ICPR 2016"), HasSubstr("hidden")));
  EXPECT_THAT(run_tagloom({"plugins", "check", "ria"}).out, HasSubstr("keeps all promises"));
}

TEST(Journey, HelpAndVersionSucceedAndNothingAtAllDoesNot) {
  EXPECT_EQ(run_tagloom({"--help"}).status, 0);
  EXPECT_EQ(run_tagloom({"--version"}).status, 0);
  EXPECT_EQ(run_tagloom({}).status, 2);
  for (const char* command : {"train", "evaluate", "cache", "dataset", "plugins"}) {
    const auto result = run_tagloom({command, "--help"});
    EXPECT_EQ(result.status, 0) << command;
    EXPECT_THAT(result.out, HasSubstr("tagloom")) << command;
  }
}

}  // namespace
}  // namespace tagloom
