/// What users get wrong, and the one sentence they read for it.

#include "journey.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::run_tagloom;
using testing::TemporaryFolder;

/// Fails with this status and one sentence that holds `words`.
void expect_refusal(const std::vector<std::string>& arguments, int status, const std::string& words) {
  const auto result = run_tagloom(arguments);
  EXPECT_EQ(result.status, status) << result.err;
  EXPECT_THAT(result.err,
              AllOf(HasSubstr(words), Not(HasSubstr("unexpected failure")), Not(HasSubstr("HDF5-DIAG"))));
}

/// A copy of the demo set that a test may damage.
std::string copied_data(const TemporaryFolder& folder) {
  std::filesystem::copy(journey().data, folder / "data", std::filesystem::copy_options::recursive);
  return folder / "data";
}

std::vector<std::string> build(const std::string& data, const std::string& out) {
  return {"cache",  "build",
          "--data", data,
          "--out",  out,
          "--set",  "encoder.image_size=64",
          "--set",  "encoder.random=true"};
}

std::filesystem::path some_image(const std::string& data) {
  std::vector<std::filesystem::path> images;
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(data) / "images"))
    images.push_back(entry.path());
  return *std::ranges::min_element(images);
}

TEST(BadInput, AWrongCommandLineIsStatusTwo) {
  expect_refusal({"trian"}, 2, "no command \"trian\"");
  expect_refusal({"train"}, 2, "required");
  expect_refusal({"train", "--epoch", "many"}, 2, "epoch");
  expect_refusal({"cache", "info"}, 2, "usage");
  expect_refusal({"cache", "build", "--out", "x.h5"}, 2, "--images");
}

TEST(BadInput, AnOutputThatIsNamedLikeAFileBesideAnotherIsRefused) {
  for (const char* name :
       {"m.safetensors.state", "m.safetensors.lock", "m.safetensors.log.csv", "c.h5.partial"})
    expect_refusal({"train", "--data", "d", "--cache", "c.h5", "--out", name}, 2, "give it another name");
}

TEST(BadInput, AComponentsOptionOfTheCommandLineWinsOverThatOfAFile) {
  const TemporaryFolder folder;
  testing::write_text(folder / "options", "set = decoder.hidden=0\nset = decoder.embedding=0\n");
  // What the file alone says of the embedding is refused; what both say of the LSTM is the command line's.
  expect_refusal({"train", "--config", folder / "options", "--data", journey().data, "--cache",
                  journey().cache, "--out", folder / "m", "--set", "decoder.hidden=8"},
                 2, "embedding");
}

TEST(BadInput, ASizeThatOverflowsIsRefusedWithTheMostThatIsAllowed) {
  for (const char* size : {"65537", "9223372036854775807"})
    expect_refusal({"train", "--data", journey().data, "--cache", journey().cache, "--out", "m", "--set",
                    std::string("decoder.hidden=") + size},
                   2, "65536");
}

TEST(BadInput, ANumberThatNoTrainingCanUseIsNamedWithItsRange) {
  for (const auto& [option, value] : {std::pair{"--epochs", "0"},
                                      {"--batch", "0"},
                                      {"--learning-rate", "-1"},
                                      {"--precision", "half"},
                                      {"--seed", "-1"}})
    expect_refusal(
        {"train", "--data", journey().data, "--cache", journey().cache, "--out", "unused", option, value}, 2,
        std::string(option) + " is " + value);
}

TEST(BadInput, AnOutputThatIsAnInputIsRefusedAndLeftAlone) {
  const auto size = std::filesystem::file_size(journey().cache);
  expect_refusal(journey().train(journey().cache), 2, "--out " + journey().cache + " would overwrite");
  std::vector<std::string> evaluate = {"evaluate", journey().model, "--data", journey().data,
                                       "--cache",  journey().cache, "--json", journey().model};
  expect_refusal(evaluate, 2, "--json " + journey().model + " would overwrite");
  evaluate[6] = "--label-csv";
  evaluate[7] = journey().cache;
  expect_refusal(evaluate, 2, "--label-csv " + journey().cache + " would overwrite");
  evaluate[7] = "both";
  evaluate.insert(evaluate.end(), {"--json", "./both"});
  expect_refusal(evaluate, 2, "would overwrite");
  EXPECT_EQ(std::filesystem::file_size(journey().cache), size);
}

TEST(BadInput, AnOutputThatIsAFileOfTheDataSetOrTheConfigIsRefusedAndLeftAlone) {
  const TemporaryFolder folder;
  const std::string config = folder / "options";
  testing::write_text(config, "json = " + config + "\n");
  const std::vector<std::string> evaluate = {"evaluate",     journey().model, "--data",
                                             journey().data, "--cache",       journey().cache};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), evaluate.begin(), evaluate.end());
    return more;
  };
  const std::string labels = journey().data + "/test.json";
  const std::string before = testing::read_text(labels);
  expect_refusal(with({"--json", labels}), 2, "--json " + labels + " would overwrite");
  expect_refusal(with({"--label-csv", journey().data + "/images/demo_00001.jpg"}), 2, "among the images");
  expect_refusal(with({"--config", config}), 2, "--json " + config + " would overwrite");
  auto train = journey().train(labels);
  train.push_back("--overwrite");
  expect_refusal(train, 2, "--out " + labels + " would overwrite");
  EXPECT_EQ(testing::read_text(labels), before);
}

TEST(BadInput, ALinkThatLeadsNowhereIsReplacedByACheckpointOnlyOnDemand) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("nowhere", folder / "m.safetensors");
  expect_refusal(journey().train(folder / "m.safetensors"), 2, "exists already; give --out another name");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "m.safetensors"));
}

TEST(BadInput, AFinishedCheckpointIsReplacedOnlyOnDemand) {
  const TemporaryFolder folder;
  const std::string out = folder / "m.safetensors";
  std::filesystem::copy_file(journey().model, out);
  expect_refusal(journey().train(out), 2, "exists already; give --out another name, or --overwrite");
  auto again = journey().train(out);
  again.push_back("--overwrite");
  EXPECT_EQ(run_tagloom(again).status, 0);
}

TEST(BadInput, AnOptionThatWouldDoNothingIsRefused) {
  expect_refusal({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache, "--set",
                  "decoder.hidden=8"},
                 2, "--set");
  const auto train = [](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"train", "--data", journey().data, "--cache", journey().cache, "--out", "unused"});
    return more;
  };
  expect_refusal(train({"--classifier", "linear", "--glove", "words.txt"}), 2, "--glove does nothing here");
  expect_refusal(train({"--classifier", "linear", "--set", "decoder.hidden=8"}), 2,
                 "--set decoder.* does nothing");
  expect_refusal(train({"--decoder", "ria", "--threshold", "0.5"}), 2, "--threshold does nothing here");
  expect_refusal(train({"--decoder", "sr_cnn_rnn", "--classifier", "linear", "--threshold", "0.5"}), 2,
                 "--threshold does nothing here");
}

TEST(BadInput, SearchOptionsAreJudgedBeforeAnyCheckpointIsRead) {
  const auto evaluate = [](std::vector<std::string> more) {
    more.insert(more.begin(),
                {"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache});
    return more;
  };
  expect_refusal(evaluate({"--beam", "0"}), 2, "--beam is 0");
  expect_refusal(evaluate({"--beam", "2", "--n-best", "2"}), 2, "--json");
  expect_refusal(evaluate({"--config", "/"}), 2, "--config / cannot be read");
}

TEST(BadInput, AFileOfOptionsIsNamedWithWhatIsWrongInIt) {
  const TemporaryFolder folder;
  const std::string file = folder / "options.cfg";
  const std::vector<std::string> arguments = {"train", "--config", file};
  testing::write_text(file, "epochz = 3\n");
  expect_refusal(arguments, 2, "options.cfg: there is no option \"epochz\" (did you mean \"epochs\"?)");
  testing::write_text(file, "config = other.cfg\n");
  expect_refusal(arguments, 2, "options.cfg: it names another such file");
}

TEST(BadInput, AMissingDataSetIsNamed) {
  expect_refusal({"dataset", "info", "/no/such/data"}, 3, "/no/such/data");
}

TEST(BadInput, AMissingImageIsNamedBeforeTheBuildBegins) {
  const TemporaryFolder folder;
  const auto data = copied_data(folder);
  const auto image = some_image(data);
  std::filesystem::remove(image);
  expect_refusal(build(data, folder / "f.h5"), 3, image.filename());
}

TEST(BadInput, ATruncatedImageCostsThatImageOnly) {
  const TemporaryFolder folder;
  const auto data = copied_data(folder);
  const auto image = some_image(data);
  const std::string whole = testing::read_text(image);
  testing::write_text(image, whole.substr(0, whole.size() / 2));
  expect_refusal(build(data, folder / "f.h5"), 3, "1 image cannot be read");
  EXPECT_FALSE(std::filesystem::exists(folder / "f.h5"));
  testing::write_text(image, whole);
  const auto mended = run_tagloom(build(data, folder / "f.h5"));
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_THAT(mended.out,
              AllOf(HasSubstr("59 of 60 images are done already"), HasSubstr("60 images (1 encoded")));
}

TEST(BadInput, UnreadableImagesAreLeftOutWhenAsked) {
  const TemporaryFolder folder;
  const auto data = copied_data(folder);
  testing::write_text(some_image(data), "no image");
  auto arguments = build(data, folder / "f.h5");
  arguments.emplace_back("--skip-unreadable");
  const auto result = run_tagloom(arguments);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("59 images"));
  expect_refusal({"train", "--data", data, "--cache", folder / "f.h5", "--out", folder / "m.safetensors"}, 3,
                 some_image(data).filename());
}

TEST(BadInput, AnUnknownLabelIsNamedWithItsImage) {
  const TemporaryFolder folder;
  const auto data = copied_data(folder);
  const auto path = std::filesystem::path(data) / "train.json";
  auto json = testing::read_json(path);
  json.at("samples")[0].at("image_labels").push_back("unicorn");
  testing::write_text(path, json.dump());
  expect_refusal({"dataset", "info", data}, 3, "unicorn");
}

TEST(BadInput, WeightsOfAnotherVariantAreRefused) {
  const TemporaryFolder folder;
  testing::write_text(folder / "weights.pth", "rubbish");
  auto arguments = build(journey().data, folder / "f.h5");
  arguments.insert(arguments.end(), {"--set", "encoder.random=false", "--set",
                                     "encoder.weights=" + (folder / "weights.pth").string()});
  expect_refusal(arguments, 3, "weights.pth");
  // A checkpoint is a weights file, but not an encoder's.
  arguments.back() = "encoder.weights=" + journey().model;
  expect_refusal(arguments, 3, "tresnet");
}

TEST(BadInput, RandomWeightsAreTakenOnlyOnDemandAndNeverBesideAFile) {
  const TemporaryFolder folder;
  const std::vector<std::string> without = {"cache",        "build", "--data",
                                            journey().data, "--out", folder / "f.h5"};
  expect_refusal(without, 2, "encoder tresnet has no weights: give --set encoder.weights=FILE");
  EXPECT_FALSE(std::filesystem::exists(folder / "f.h5"));
  auto both = build(journey().data, folder / "f.h5");
  both.insert(both.end(), {"--set", "encoder.weights=w.pth"});
  expect_refusal(both, 2, "random=true and weights=w.pth contradict each other");
}

TEST(BadInput, AFinishedCacheIsNotOverwritten) {
  expect_refusal(journey().build(journey().cache), 3, journey().cache);
}

TEST(BadInput, ATruncatedCacheIsRefused) {
  const TemporaryFolder folder;
  const std::string whole = testing::read_text(journey().cache);
  testing::write_text(folder / "cut.h5", whole.substr(0, whole.size() / 2));
  expect_refusal({"cache", "info", folder / "cut.h5"}, 3, "cut.h5");
  testing::write_text(folder / "text.h5", "no cache");
  expect_refusal({"cache", "info", folder / "text.h5"}, 3, "text.h5");
}

TEST(BadInput, AModelIsNotScoredOnOtherFeatures) {
  const TemporaryFolder folder;
  auto arguments = journey().build(folder / "other.h5");
  arguments.insert(arguments.end(), {"--set", "encoder.seed=99"});
  ASSERT_EQ(run_tagloom(arguments).status, 0);
  expect_refusal({"evaluate", journey().model, "--data", journey().data, "--cache", folder / "other.h5"}, 3,
                 "other weights");
}

TEST(BadInput, OneBadCheckpointDoesNotKeepTheOthersFromBeingScored) {
  const TemporaryFolder folder;
  testing::write_text(folder / "bad.safetensors", "rubbish");
  const auto result = run_tagloom({"evaluate", folder / "bad.safetensors", journey().model, "--data",
                                   journey().data, "--cache", journey().cache});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.out, HasSubstr(journey().model));
  EXPECT_THAT(result.err, AllOf(HasSubstr("1 of 2 checkpoints"), HasSubstr("bad.safetensors")));
}

TEST(BadInput, APluginThatThrowsIsNamedAndKeepsNoOtherModelFromBeingScored) {
  const TemporaryFolder folder;
  const std::string fixtures = TAGLOOM_TEST_FIXTURES "/breaks";
  const auto trained = run_tagloom(journey().train_breaks(folder / "breaks.safetensors"));
  ASSERT_EQ(trained.status, 0) << trained.err;

  const std::map<std::string, std::string> broken = {{"TAGLOOM_FIXTURE_BREAKS", "the fixture broke"}};
  const auto result = run_tagloom({"evaluate", folder / "breaks.safetensors", journey().model, "--data",
                                   journey().data, "--cache", journey().cache, "--plugin-dir", fixtures},
                                  broken);
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.out, HasSubstr(journey().model));
  EXPECT_THAT(
      result.err,
      AllOf(HasSubstr(
                "breaks.safetensors: A failure in classifier breaks, predicting labels: the fixture broke"),
            Not(HasSubstr("caused by"))));

  const auto checked = run_tagloom({"plugins", "check", "breaks", "--plugin-dir", fixtures}, broken);
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.out, HasSubstr("classifier breaks: forward: threw an exception: the fixture broke"));
}

TEST(BadInput, APluginThatBreaksAPromiseIsToldInTheChecksWords) {
  const TemporaryFolder folder;
  const std::vector<std::string> fault = {"--plugin-dir", TAGLOOM_TEST_FIXTURES "/faulty", "--set",
                                          "decoder.fault=narrow"};
  std::vector<std::string> check = {"plugins", "check", "faulty"};
  check.insert(check.end(), fault.begin(), fault.end());
  const auto checked = run_tagloom(check);
  EXPECT_EQ(checked.status, 1);
  EXPECT_THAT(checked.out,
              HasSubstr("decoder faulty: step: logits are [3, 10], not [hypotheses = 3, labels + 1 = 11]\n"));

  std::vector<std::string> train = {"train",         "--data", journey().data,           "--cache",
                                    journey().cache, "--out",  folder / "m.safetensors", "--decoder",
                                    "faulty"};
  train.insert(train.end(), fault.begin(), fault.end());
  expect_refusal(train, 1, "The decoder faulty breaks a promise of its kind: step: logits are [");
}

TEST(BadInput, APluginThatExitsIsNoSuccess) {
  const TemporaryFolder folder;
  const auto trained = run_tagloom(journey().train_breaks(folder / "breaks.safetensors"));
  ASSERT_EQ(trained.status, 0) << trained.err;

  const auto result =
      run_tagloom({"evaluate", folder / "breaks.safetensors", "--data", journey().data, "--cache",
                   journey().cache, "--plugin-dir", TAGLOOM_TEST_FIXTURES "/breaks"},
                  {{"TAGLOOM_FIXTURE_EXITS", "1"}});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.err, AllOf(HasSubstr("tagloom evaluate: exit() was called in "),
                                HasSubstr("breaks.so was at work")));
}

TEST(BadInput, AModelThatDoesNotFitIntoMemoryIsNamed) {
  const TemporaryFolder folder;
  auto arguments = journey().train(folder / "m.safetensors");
  arguments.insert(arguments.end(), {"--decoder", "ria", "--set", "decoder.hidden=65536"});
  expect_refusal(arguments, 1, "not enough memory for decoder ria");
}

TEST(BadInput, AFolderOfPluginsThatHoldsOthersSaysWhereToLook) {
  const TemporaryFolder folder;
  testing::write_text(folder / "junk.so", "rubbish");
  auto arguments = journey().train(folder / "m.safetensors");
  arguments.insert(arguments.end(), {"--decoder", "mine", "--plugin-dir", folder.path()});
  expect_refusal(arguments, 1, "junk.so is not a shared library");
}

TEST(BadInput, TrainingWithoutValidationOrWithAnUnknownPluginIsRefused) {
  const TemporaryFolder folder;
  auto arguments = journey().train(folder / "m.safetensors");
  arguments.insert(arguments.end(), {"--decoder", "rea"});
  expect_refusal(arguments, 1, "no decoder called \"rea\"");
  arguments = journey().train(folder / "m.safetensors");
  arguments.back() = "0";
  expect_refusal(arguments, 2, "give --validation above 0");
  arguments.back() = "0.001";
  expect_refusal(arguments, 2, "--validation 0.001 of");
}

TEST(BadInput, ALossThatLeavesTheNumbersEndsTheRunAndKeepsTheBest) {
  const TemporaryFolder folder;
  auto arguments = journey().train(folder / "m.safetensors");
  arguments.insert(arguments.end(), {"--learning-rate", "1e30"});
  expect_refusal(arguments, 1, "The loss cross_entropy became");
}

TEST(BadInput, AnOutputThatCannotBeWrittenIsSaidBeforeTraining) {
  const TemporaryFolder folder;
  expect_refusal(journey().train("/proc/no/model.safetensors"), 2,
                 "/proc/no/model.safetensors cannot be written");
  expect_refusal(journey().train(folder.path()), 2, "no file that could be replaced");
  expect_refusal(journey().train(""), 2, "no file that could be replaced");
  expect_refusal(journey().build("/proc/no/features.h5"), 2, "/proc/no/features.h5 cannot be written");
  for (const char* option : {"--json", "--label-csv", "--attention"})
    expect_refusal({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache, option,
                    "/proc/no/scores"},
                   2, std::string(option) + " /proc/no/scores cannot be written");
}

TEST(BadInput, AnOutputThatIsADeviceIsLeftAlone) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/dev/null", folder / "device");
  expect_refusal({"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache, "--json",
                  folder / "device"},
                 2, "no file that could be replaced");
  EXPECT_TRUE(std::filesystem::is_character_file(folder / "device"));
}

TEST(BadInput, NoFolderIsMadeForAnOutput) {
  const TemporaryFolder folder;
  const std::string scores = folder / "runs/today/scores.json";
  expect_refusal(
      {"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache, "--json", scores},
      2, "there is no folder");
  EXPECT_FALSE(std::filesystem::exists(folder / "runs"));
}

}  // namespace
}  // namespace tagloom
