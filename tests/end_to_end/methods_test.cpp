/// Every kind of model from the command line, on feature maps of the demo set.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using testing::ProcessResult;
using testing::run_tagloom;
using testing::TemporaryFolder;
using Arguments = std::vector<std::string>;

/// Caches with maps, as they are and mirrored, and a model of each kind; made once.
struct Methods {
  TemporaryFolder folder;
  std::string cache = folder / "maps.h5";
  std::string flipped = folder / "flipped.h5";
  std::string attention = folder / "attention.safetensors";
  std::string sr = folder / "sr.safetensors";
  std::string classifier = folder / "classifier.safetensors";

  Methods() {
    build(cache, {});
    build(flipped, {"--flip"});
    train(attention,
          {"--decoder", "attention", "--set", "decoder.attention=8", "--loss", "mla", "--view", flipped});
    train(sr, {"--decoder", "sr_cnn_rnn", "--classifier", "linear", "--concept-epochs", "1", "--ema", "0.9"});
    train(classifier,
          {"--classifier", "attention_pooled", "--multilabel-loss", "asymmetric", "--threshold", "fitted"});
  }
  Arguments train_arguments(const std::string& out, const Arguments& more) const {
    Arguments arguments = {"train",    "--data", journey().data, "--cache", cache, "--out", out,
                           "--epochs", "2",      "--validation", "0.2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    if (std::ranges::find(more, "--decoder") != more.end())
      arguments.insert(arguments.end(), {"--set", "decoder.hidden=16"});
    return arguments;
  }

 private:
  void build(const std::string& out, const Arguments& more) const {
    Arguments arguments = journey().build(out);
    arguments.emplace_back("--map");
    arguments.insert(arguments.end(), more.begin(), more.end());
    must(run_tagloom(arguments));
  }
  void train(const std::string& out, const Arguments& more) const {
    must(run_tagloom(train_arguments(out, more)));
  }
  static void must(const ProcessResult& result) {
    if (result.status != 0) throw std::runtime_error(result.err);
  }
};

const Methods& methods() {
  static const Methods made;
  return made;
}

Arguments evaluate(Arguments more) {
  const Arguments common = {"--data", journey().data, "--cache", methods().cache};
  more.insert(more.begin(), "evaluate");
  more.insert(more.end(), common.begin(), common.end());
  return more;
}

TEST(Methods, AllKindsAreScoredInOneTableEachWithItsSearchAndItsSelection) {
  const TemporaryFolder folder;
  const auto result = run_tagloom(
      evaluate({methods().attention, methods().sr, methods().classifier, "--beam", "3", "--n-best", "2",
                "--bands", "--json", folder / "s.json", "--label-csv", folder / "l.csv"}));
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("mAP"), HasSubstr("beam 3"), HasSubstr("threshold"),
                                HasSubstr("validation"), HasSubstr("rare")));
  const auto scores = testing::read_json(folder / "s.json");
  ASSERT_EQ(scores.at("results").size(), 4U);
  const auto& sr = scores.at("results")[2];
  EXPECT_EQ(sr.at("method"), "sr_cnn_rnn on linear");
  EXPECT_EQ(sr.at("training").at("seed"), "1");
  EXPECT_GT(sr.at("parameters").get<int>(), 1000);
  EXPECT_TRUE(sr.at("training").contains("train_seconds"));
  EXPECT_TRUE(sr.at("training").contains("libtorch"));
  EXPECT_TRUE(sr.contains("map"));
  EXPECT_EQ(sr.at("hypotheses").begin()->size(), 2U);
  EXPECT_EQ(sr.at("bands").size(), 3U);
  EXPECT_FALSE(scores.at("results")[0].contains("map")) << "the baseline ranks nothing";
  const std::string csv = testing::read_text(folder / "l.csv");
  EXPECT_EQ(std::ranges::count(csv, '\n'), 1 + 4 * 24);
}

TEST(Methods, AttentionIsWrittenForDrawing) {
  const TemporaryFolder folder;
  const auto result = run_tagloom(evaluate({methods().attention, "--attention", folder / "a.safetensors"}));
  ASSERT_EQ(result.status, 0) << result.err;
  const Safetensors file = read_safetensors(folder / "a.safetensors");
  const auto labels = nlohmann::json::parse(file.metadata.at("labels"));
  ASSERT_EQ(file.tensors.size(), 15U);
  for (const auto& [image, weights] : file.tensors) {
    EXPECT_EQ(weights.size(0), static_cast<std::int64_t>(labels.at(image).size()) + 1);
    EXPECT_EQ(weights.size(1) * weights.size(2), 4);
  }
  const auto refused = run_tagloom(evaluate({methods().sr, "--attention", folder / "b.safetensors"}));
  EXPECT_EQ(refused.status, 2);
  EXPECT_THAT(refused.err, HasSubstr("looks at no feature map"));
}

TEST(Methods, ADecoderThatReadsMapsIsRefusedACacheWithout) {
  Arguments arguments = methods().train_arguments("unused", {"--decoder", "attention"});
  *(std::ranges::find(arguments, "--cache") + 1) = journey().cache;
  const auto result = run_tagloom(arguments);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("feature maps"), HasSubstr("--map")));
}

TEST(Methods, AModelIsScoredNeitherOnMirroredFeaturesNorOnASplitThatItLacks) {
  Arguments mirrored = evaluate({methods().sr});
  *(std::ranges::find(mirrored, "--cache") + 1) = methods().flipped;
  EXPECT_THAT(run_tagloom(mirrored).err, HasSubstr("mirrored ones here"));
  const TemporaryFolder folder;
  const std::string model = folder / "all.safetensors";
  ASSERT_EQ(
      run_tagloom({"train", "--data", journey().data, "--cache", methods().cache, "--out", model, "--epochs",
                   "1", "--classifier", "linear", "--select-on", "test", "--validation", "0"})
          .status,
      0);
  const auto result = run_tagloom(evaluate({model, "--split", "validation"}));
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, HasSubstr("--validation 0"));
}

TEST(Methods, SelectionOnTestIsStampedOnTheTable) {
  const TemporaryFolder folder;
  const std::string model = folder / "t.safetensors";
  ASSERT_EQ(run_tagloom(methods().train_arguments(model, {"--decoder", "ria", "--select-on", "test"})).status,
            0);
  EXPECT_THAT(run_tagloom(evaluate({model})).out, HasSubstr(model + ": test, greedy, selected on test\n"));
}

}  // namespace
}  // namespace tagloom
