#include "host/event_records.hpp"
#include "host/training_world.hpp"
#include "support/files.hpp"
#include "training/train.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace tagloom::training {
namespace {

namespace fs = std::filesystem;
using tagloom::testing::read_text;
using tagloom::testing::TemporaryFolder;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

/// In the order in which TensorBoard reads them.
std::vector<fs::path> event_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');)
    cells.push_back(cell);
  return cells;
}

/// The last column of that name whose line has the stage.
std::vector<double> csv_column(const TrainConfig& config, const std::string& stage, const std::string& name) {
  std::istringstream log(read_text(config.output.string() + ".log.csv"));
  std::string line;
  std::getline(log, line);
  const std::vector<std::string> head = cells_of(line);
  const auto column = std::ranges::find(head, name) - head.begin();
  std::vector<double> values;
  while (std::getline(log, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells[0] == stage) values.push_back(std::stod(cells[static_cast<std::size_t>(column)]));
  }
  return values;
}

TrainConfig followed(const TemporaryFolder& folder, const models::ModelSpec& model) {
  TrainConfig config = small(folder / "m.safetensors", model);
  config.tensorboard = folder / "runs";
  // 24 steps an epoch.
  config.batch = 6;
  config.epochs = 2;
  return config;
}

/// What stands in all event files of a run, when those that start later hide what they repeat.
Curves curves_of(const TrainConfig& config) {
  Curves curves;
  for (const fs::path& file : event_files(config.tensorboard / "m"))
    read_on(file, curves);
  return curves;
}

void expect_equal_curves(const Curves& some, const Curves& others) {
  for (const auto& [name, curve] : others) {
    if (name.ends_with("seconds")) continue;
    ASSERT_TRUE(some.contains(name)) << name;
    std::vector<std::int64_t> steps;
    for (const auto& [step, value] : some.at(name)) {
      steps.push_back(step);
      // The first point after a pause is a mean over fewer steps.
      if (name.ends_with("step/loss")) continue;
      EXPECT_FLOAT_EQ(value, curve.at(step)) << name << " at " << step;
    }
    EXPECT_THAT(steps, SizeIs(curve.size())) << name;
  }
  EXPECT_EQ(some.size(), others.size());
}

TEST(EventLog, HasTheColumnsOfTheCsvAsCurvesOverTheStepsOfBothStages) {
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kSr);
  config.concept_epochs = 1;
  train(config, registry(), {});
  ASSERT_THAT(event_files(folder / "runs/m"), SizeIs(1));
  const Curves curves = curves_of(config);

  std::vector<std::string> columns = cells_of(read_text(config.output.string() + ".log.csv"));
  columns.resize(13);
  columns.erase(columns.begin(), columns.begin() + 2);
  for (const std::string& column : columns) {
    for (const std::string stage : {"labels", "concepts"}) {
      const std::string name = (stage == "labels" ? "epoch/" : "concepts/epoch/") + column;
      const std::vector<double> expected = csv_column(config, stage, column);
      ASSERT_TRUE(curves.contains(name)) << name;
      std::size_t epoch = 0;
      for (const auto& [step, value] : curves.at(name))
        EXPECT_NEAR(value, expected.at(epoch++), 0.006) << name << " at " << step;
      EXPECT_EQ(epoch, expected.size()) << name;
    }
  }
  const std::int64_t batches = curves.at("concepts/epoch/loss").begin()->first;
  ASSERT_GT(batches, 20);
  ASSERT_LT(batches, 40);
  std::vector<std::int64_t> epochs;
  for (const auto& [step, value] : curves.at("epoch/loss"))
    epochs.push_back(step);
  EXPECT_THAT(epochs, ElementsAre(2 * batches, 3 * batches));
  EXPECT_TRUE(curves.at("concepts/step/loss").contains(20));
  EXPECT_TRUE(curves.at("step/learning_rate").contains(batches + 20));
  EXPECT_TRUE(curves.at("step/loss").contains(2 * batches + 20));
}

TEST(EventLog, HasTheSettingsAsATable) {
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kRia);
  config.epochs = 1;
  train(config, registry(), {});
  const std::string bytes = read_text(event_files(folder / "runs/m").at(0));
  EXPECT_THAT(bytes, AllOf(HasSubstr("hyperparameters/text_summary"), HasSubstr("| decoder.hidden | 24 |\n"),
                           HasSubstr("| ordering | rare\\_first |\n")));
}

TEST(EventLog, IsNotWrittenUnlessAskedFor) {
  const TemporaryFolder folder;
  TrainConfig config = small(folder / "m.safetensors", kRia);
  config.epochs = 1;
  train(config, registry(), {});
  EXPECT_FALSE(fs::exists(folder / "m"));
}

class AResumedEventLog : public ::testing::TestWithParam<int> {};

// In an epoch, at a point of its curve, before the epoch is judged, and in the second epoch.
INSTANTIATE_TEST_SUITE_P(, AResumedEventLog, ::testing::Values(3, 20, 24, 30));

TEST_P(AResumedEventLog, HasTheCurvesOfAnUndisturbedOneWithoutARepeatedStep) {
  const OneThread one;
  const TemporaryFolder whole_folder;
  const TrainConfig whole = followed(whole_folder, kRia);
  train(whole, registry(), {});

  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kRia);
  int left = GetParam();
  ASSERT_FALSE(train(config, registry(), {.stop = [&left] { return --left == 0; }}).finished);
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);
  EXPECT_THAT(event_files(folder / "runs/m"), SizeIs(2));
  expect_equal_curves(curves_of(config), curves_of(whole));
}

TEST(EventLog, OfARunThatWasKilledShowsWhatIsRepeatedOnce) {
  const OneThread one;
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kRia);
  int left = 3;
  ASSERT_FALSE(train(config, registry(), {.stop = [&left] { return --left == 0; }}).finished);
  const fs::path state = config.output.string() + ".state";
  fs::copy_file(state, folder / "early");
  config.resume = true;
  left = 36;
  ASSERT_FALSE(train(config, registry(), {.stop = [&left] { return --left == 0; }}).finished);
  // As if nothing had been saved since.
  fs::rename(folder / "early", state);
  // And the last record had not been written to its end.
  const fs::path last = event_files(folder / "runs/m").back();
  fs::resize_file(last, fs::file_size(last) - 3);
  ASSERT_TRUE(train(config, registry(), {}).finished);

  const TemporaryFolder whole_folder;
  const TrainConfig whole = followed(whole_folder, kRia);
  train(whole, registry(), {});
  expect_equal_curves(curves_of(config), curves_of(whole));
}

TEST(EventLog, OfARunBegunAfreshHidesTheEarlierRunOfItsName) {
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kRia);
  train(config, registry(), {});
  config.epochs = 1;
  train(config, registry(), {});
  EXPECT_THAT(curves_of(config).at("epoch/loss"), SizeIs(1));
}

TEST(EventLog, IsReadAfterAFileFromTheFuture) {
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kRia);
  config.epochs = 1;
  fs::create_directories(folder / "runs/m");
  const fs::path future = folder / "runs/m/events.out.tfevents.9999999999.000000000";
  tagloom::testing::write_text(future, "");
  train(config, registry(), {});
  EXPECT_THAT(event_files(folder / "runs/m"), ElementsAre(future, future.string() + ".1"));
}

TEST(EventLog, ThatCannotBeWrittenIsRefusedBeforeTheFirstStep) {
  const TemporaryFolder folder;
  const TrainConfig config = followed(folder, kRia);
  tagloom::testing::write_text(folder / "runs", "a file");
  EXPECT_THAT([&] { train(config, registry(), {}); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("cannot write event files to "), HasSubstr("give another folder."))));
  EXPECT_FALSE(fs::exists(config.output));
}

/// The interpreter that has TensorBoard.
std::string python() {
  const char* const given = std::getenv("TAGLOOM_TEST_PYTHON");
  return given != nullptr ? given : "python3";
}

constexpr const char* kReadByTensorBoard = R"(
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "tensors": 0})
events.Reload()
curves = {name: [[e.step, e.value] for e in events.Scalars(name)] for name in events.Tags()["scalars"]}
text = events.Tensors("hyperparameters/text_summary")[-1].tensor_proto.string_val[0].decode()
plugin = events.SummaryMetadata("hyperparameters/text_summary").plugin_data.plugin_name
json.dump({"curves": curves, "text": text, "plugin": plugin}, open(sys.argv[2], "w"))
)";

TEST(EventLog, IsReadByTensorBoardAsWeReadIt) {
  if (std::system((python() + " -c 'import tensorboard' > /dev/null 2>&1").c_str()) != 0)
    GTEST_SKIP()
        << "Python's tensorboard is not there; TAGLOOM_TEST_PYTHON names an interpreter that has it.";
  const TemporaryFolder folder;
  TrainConfig config = followed(folder, kSr);
  config.concept_epochs = 1;
  int left = 47;
  ASSERT_FALSE(train(config, registry(), {.stop = [&left] { return --left == 0; }}).finished);
  config.resume = true;
  ASSERT_TRUE(train(config, registry(), {}).finished);

  tagloom::testing::write_text(folder / "read.py", kReadByTensorBoard);
  const std::string command =
      fmt::format("{} {} {} {} > {} 2>&1", python(), (folder / "read.py").string(),
                  (folder / "runs/m").string(), (folder / "read.json").string(), (folder / "log").string());
  ASSERT_EQ(std::system(command.c_str()), 0) << read_text(folder / "log");
  const nlohmann::json read = tagloom::testing::read_json(folder / "read.json");
  EXPECT_THAT(read["text"].get<std::string>(), HasSubstr("| decoder | sr"));
  EXPECT_EQ(read["plugin"], "text");
  const Curves ours = curves_of(config);
  EXPECT_EQ(read["curves"].size(), ours.size());
  for (const auto& [name, curve] : ours) {
    nlohmann::json expected = nlohmann::json::array();
    for (const auto& [step, value] : curve)
      expected.push_back({step, value});
    EXPECT_EQ(read["curves"][name], expected) << name;
  }
}

}  // namespace
}  // namespace tagloom::training
