/// Data sets of other layouts than Corel-5k's, through all commands.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <set>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::journey;
using testing::run_tagloom;
using testing::TemporaryFolder;

/// The demo set's images and labels as one table, labels.csv.
std::string table_of_demo(const TemporaryFolder& folder) {
  fs::create_directory(folder / "set");
  fs::create_directory_symlink(fs::path(journey().data) / "images", folder / "set/images");
  std::string table = "path,labels\n";
  for (const char* split : {"train.json", "test.json"}) {
    const auto document = testing::read_json(fs::path(journey().data) / split);
    for (const auto& sample : document.at("samples")) {
      std::string labels;
      for (const std::string label : sample.at("image_labels"))
        labels += (labels.empty() ? "" : ";") + label;
      table += "images/" + sample.at("image_name").get<std::string>() + "," + labels + "\n";
    }
  }
  testing::write_text(folder / "set/labels.csv", table);
  return folder / "set/labels.csv";
}

void must_succeed(const std::vector<std::string>& arguments) {
  const auto result = run_tagloom(arguments);
  ASSERT_EQ(result.status, 0) << result.err;
}

/// The names of the test images that `evaluate` scored.
std::set<std::string> names_scored(const TemporaryFolder& folder, const std::string& data) {
  const std::string json = folder / "scores.json";
  must_succeed({"evaluate", folder / "m.st", "--data", data, "--cache", folder / "f.h5", "--json", json});
  std::set<std::string> names;
  const auto document = testing::read_json(json);
  for (const auto& [name, unused] : document.at("results").back().at("predictions").items())
    names.insert(name);
  return names;
}

TEST(Layouts, ATableIsTrainedOnAndScoredOnTheTestSplitThatTrainingHeldOut) {
  const TemporaryFolder folder;
  const std::string table = table_of_demo(folder);
  must_succeed({"cache", "build", "--data", table, "--out", folder / "f.h5", "--set", "encoder.image_size=64",
                "--set", "encoder.random=true"});
  const std::vector<std::string> split = {"--test-fraction", "0.3", "--split-seed", "5"};
  std::vector<std::string> train = {
      "train",    "--data", table,   "--cache",           folder / "f.h5", "--out", folder / "m.st",
      "--epochs", "1",      "--set", "decoder.hidden=16", "--validation",  "0.2"};
  train.insert(train.end(), split.begin(), split.end());
  must_succeed(train);

  std::vector<std::string> convert = {"dataset", "convert", table, "--out", folder / "converted"};
  convert.insert(convert.end(), split.begin(), split.end());
  must_succeed(convert);
  std::set<std::string> held_out;
  const auto converted = testing::read_json(folder / "converted/test.json");
  for (const auto& sample : converted.at("samples"))
    held_out.insert(sample.at("image_name"));
  EXPECT_NEAR(static_cast<double>(held_out.size()), 18, 5);
  EXPECT_EQ(names_scored(folder, table), held_out);
  EXPECT_EQ(names_scored(folder, folder / "converted"), held_out);
}

TEST(Layouts, WhatATableReadsIsNeverOverwritten) {
  const TemporaryFolder folder;
  const std::string table = table_of_demo(folder);
  const auto expect_spared = [&](const std::string& out) {
    const auto result =
        run_tagloom({"cache", "build", "--data", table, "--out", out, "--set", "encoder.random=true"});
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr("--out " + out));
  };
  expect_spared(table);
  expect_spared(folder / "set/images/new.h5");
}

TEST(Layouts, TwoInOneFolderAreBothNamed) {
  const TemporaryFolder folder;
  const std::string table = table_of_demo(folder);
  testing::write_text(folder / "set/train.txt", "images/demo_00000.jpg sea\n");
  const auto result = run_tagloom({"dataset", "info", folder / "set"});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, HasSubstr("--layout csv or --layout list"));
}

}  // namespace
}  // namespace tagloom
