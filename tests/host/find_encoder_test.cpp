/// Encoders made again from what a checkpoint records.

#include "annotation/find_encoder.hpp"

#include "annotation_world.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/base/hash.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom::annotation {
namespace {

using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
namespace fs = std::filesystem;

checkpoint::FeatureSource trained_with(const std::string& number, const fs::path& file) {
  return {.encoder = "mean_colour",
          .weights_fingerprint = Hasher().update(std::to_string(std::stod(number))).hex(),
          .preprocessing = "squish 8, mean 0 0 0, std 1 1 1, pixels as seen",
          .shape = {.channels = 3, .map_height = 2, .map_width = 2},
          .recipe = checkpoint::EncoderRecipe{.options = {{"weights", file}, {"seed", "1"}},
                                              .weights_source = file}};
}

std::string found(const checkpoint::FeatureSource& trained, const EncoderChoice& choice) {
  return find_encoder({.trained = trained, .choice = choice, .checkpoint = "model.safetensors"}, painters())
      .weights()
      .source;
}

TEST(FindEncoder, TakesTheRecordedFileFirst) {
  const TemporaryFolder folder;
  write_text(folder / "w.pth", "3");
  EXPECT_EQ(found(trained_with("3", folder / "w.pth"), {}), folder / "w.pth");
}

TEST(FindEncoder, KnowsWeightsThatMovedByTheirFingerprint) {
  const TemporaryFolder folder;
  const auto trained = trained_with("3", "/nowhere/w.pth");
  fs::create_directory(folder / "other");
  write_text(folder / "w.pth", "4");
  write_text(folder / "other/mean_colour_renamed.pth", "3");
  EXPECT_EQ(found(trained, {.folders = {folder.path(), folder / "other"}}),
            folder / "other/mean_colour_renamed.pth");
  EXPECT_THAT([&] { found(trained, {.folders = {folder.path()}}); },
              ThrowsMessage<DataError>(AllOf(HasSubstr(trained.weights_fingerprint),
                                             HasSubstr("/nowhere/w.pth"), HasSubstr(folder.path().string()),
                                             HasSubstr("holds others"), HasSubstr("--encoder-weights"))));
}

TEST(FindEncoder, TellsWhereItLooksAndWhatIsThere) {
  const TemporaryFolder folder;
  write_text(folder / "mean_colour_a.pth", "4");
  write_text(folder / "mean_colour_b.pth", "3");
  fs::create_directory(folder / "empty");
  std::string told;
  found(trained_with("3", "/nowhere/w.pth"), {.folders = {folder / "empty", folder / "none", folder.path()},
                                              .tell = [&](const std::string& line) { told += line + "\n"; }});
  EXPECT_THAT(told, AllOf(HasSubstr("/nowhere/w.pth (recorded): no such file\n"),
                          HasSubstr("/empty/: no weights"), HasSubstr("/none/: no such folder\n"),
                          HasSubstr("/: mean_colour_a.pth, mean_colour_b.pth\n"),
                          HasSubstr("  not taken: " + (folder / "mean_colour_a.pth").string() +
                                    ": mean_colour with other weights"),
                          HasSubstr("  taken: " + (folder / "mean_colour_b.pth").string() + "\n")));
}

TEST(FindEncoder, PassesOverFilesThatAreNoWeightsOfTheEncoder) {
  const TemporaryFolder folder;
  write_text(folder / "mean_colour_a.pth", "no number");
  write_text(folder / "mean_colour_b.pth", "3");
  EXPECT_EQ(found(trained_with("3", "/nowhere/w.pth"), {.folders = {folder.path()}}),
            folder / "mean_colour_b.pth");
}

TEST(FindEncoder, TakesTheFileThatTheUserGivesAndNoOther) {
  const TemporaryFolder folder;
  write_text(folder / "right.pth", "3");
  write_text(folder / "wrong.pth", "4");
  const auto trained = trained_with("3", folder / "right.pth");
  EXPECT_THAT(
      [&] { found(trained, {.weights = folder / "wrong.pth"}); },
      ThrowsMessage<DataError>(AllOf(HasSubstr("other weights"), HasSubstr(trained.weights_fingerprint))));
  EXPECT_THAT([&] { found(trained, {.weights = folder / "none.pth"}); },
              ThrowsMessage<DataError>(HasSubstr("none.pth")));
  EXPECT_EQ(found(trained_with("4", "/nowhere"), {.weights = folder / "wrong.pth"}), folder / "wrong.pth");
}

TEST(FindEncoder, MakesRandomWeightsAgainFromTheirSeed) {
  auto trained = trained_with("7", "");
  trained.recipe = checkpoint::EncoderRecipe{
      .options = {{"weights", ""}, {"seed", "7"}}, .weights_source = "random (seed 7)", .random = true};
  EXPECT_THAT(found(trained, {}), HasSubstr("random (seed 7"));
}

TEST(FindEncoder, OfAnEarlierCheckpointAsksForWhatThatDidNotRecord) {
  const TemporaryFolder folder;
  write_text(folder / "w.pth", "3");
  auto trained = trained_with("3", folder / "w.pth");
  trained.recipe.reset();
  EXPECT_THAT([&] { found(trained, {}); },
              ThrowsMessage<DataError>(AllOf(HasSubstr("earlier version"), HasSubstr("--encoder-weights"),
                                             HasSubstr("--set encoder."))));
  EXPECT_EQ(found(trained, {.weights = folder / "w.pth"}), folder / "w.pth");
  trained.preprocessing = "squish 16, mean 0 0 0, std 1 1 1";
  EXPECT_THAT([&] { found(trained, {.weights = folder / "w.pth"}); },
              ThrowsMessage<DataError>(HasSubstr("squish 16")));
  EXPECT_EQ(found(trained, {.weights = folder / "w.pth", .options = {{"image_size", "16"}}}),
            folder / "w.pth");
}

TEST(FindEncoder, RefusesOptionsThatTheEncoderDoesNotTake) {
  EXPECT_THROW(check(trained_with("3", "w"), {.options = {{"colour", "blue"}}}, painters()), UsageError);
}

TEST(WeightsFolders, AreThoseOfTheVariableTheCheckpointsAndOneInTheWorkingFolder) {
  const auto variables = [](const char*) { return std::optional<std::string>("/a::/b"); };
  EXPECT_THAT(weights_folders(variables, "models/m.safetensors"),
              ElementsAre("/a", "/b", "models", "weights"));
  const auto none = [](const char*) { return std::optional<std::string>(); };
  EXPECT_THAT(weights_folders(none, "m.safetensors"), ElementsAre(".", "weights"));
}

}  // namespace
}  // namespace tagloom::annotation
