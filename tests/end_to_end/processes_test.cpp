/// Several processes that train or score one model together.

#include "journey.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <tagloom/weights/safetensors.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// The arguments with another value for an option that they have.
std::vector<std::string> with(std::vector<std::string> arguments, const std::string& option,
                              const std::string& value) {
  *(std::ranges::find(arguments, option) + 1) = value;
  return arguments;
}

/// Dropout is drawn by each process for itself; without it the same numbers come out.
const std::vector<std::string> kNoDropout = {"--set", "decoder.embedding_dropout=0", "--set",
                                             "decoder.output_dropout=0"};

void expect_all_succeed(const std::vector<std::string>& arguments, int processes) {
  const int port = free_port();
  std::vector<std::unique_ptr<Worker>> workers;
  for (int rank = 0; rank < processes; ++rank)
    workers.push_back(std::make_unique<Worker>(arguments, launched(rank, processes, port)));
  for (const auto& worker : workers)
    EXPECT_EQ(worker->status(), 0) << worker->output();
}

void expect_equal_weights(const std::string& a, const std::string& b) {
  const Safetensors one = read_safetensors(a);
  const Safetensors other = read_safetensors(b);
  ASSERT_EQ(one.tensors.size(), other.tensors.size());
  for (std::size_t i = 0; i < one.tensors.size(); ++i) {
    const auto& [name, weight] = one.tensors[i];
    EXPECT_TRUE(weight.allclose(other.tensors[i].second, 1e-4, 1e-5)) << name;
  }
}

/// 48 images less a fifth, so that the last batch is short, and with three processes one has no part in it.
void expect_same_as_one_process(const std::vector<std::string>& model, int processes, int images_a_step) {
  const TemporaryFolder folder;
  const std::string together = folder / "together.safetensors";
  const std::string alone = folder / "alone.safetensors";
  const auto arguments = [&](const std::string& out, int batch) {
    return journey().train(out) + model +
           std::vector<std::string>{"--precision", "float32", "--batch", std::to_string(batch)};
  };
  expect_all_succeed(arguments(together, images_a_step / processes), processes);
  const ProcessResult single = run_tagloom(arguments(alone, images_a_step));
  ASSERT_EQ(single.status, 0) << single.err;
  expect_equal_weights(together, alone);
}

TEST(Processes, TwoTakeTheStepsOfOneWithTwiceTheBatch) {
  SKIP_WITHOUT_GLOO();
  expect_same_as_one_process(kNoDropout, 2, 16);
}

TEST(Processes, OneWithoutAnImageOfTheLastBatchTakesPartAllTheSame) {
  SKIP_WITHOUT_GLOO();
  expect_same_as_one_process(kNoDropout, 3, 12);
}

TEST(Processes, LossesOfTokensAndOfImagesAreBothWeightedRight) {
  SKIP_WITHOUT_GLOO();
  expect_same_as_one_process(
      kNoDropout + std::vector<std::string>{"--decoder", "sr_cnn_rnn", "--classifier", "linear", "--set",
                                            "classifier.dropout=0", "--concept-epochs", "2", "--clip-norm",
                                            "0.5"},
      2, 16);
}

TEST(Processes, WhenOneIsLostTheOthersSaySoAndTheRunGoesOn) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  const std::string out = folder / "model.safetensors";
  const auto arguments =
      with(journey().train(out), "--epochs", "2000") + std::vector<std::string>{"--batch", "4"};
  const int port = free_port();
  {
    Worker first(arguments, launched(0, 2, port));
    Worker second(arguments, launched(1, 2, port));
    ASSERT_TRUE(first.wait_for_line("epoch   2/")) << first.output();
    second.kill();
    EXPECT_EQ(first.status(), 1);
    EXPECT_THAT(first.output(), HasSubstr("Process 0 of 2 lost another one while"));
    EXPECT_THAT(first.output(), HasSubstr("--resume"));
    EXPECT_THAT(first.output(), Not(HasSubstr("Exception raised from")));
  }
  ASSERT_TRUE(std::filesystem::exists(out + ".state"));
  const int next = free_port();
  const auto resumed = arguments + std::vector<std::string>{"--resume"};
  Worker first(resumed, launched(0, 2, next));
  const Worker second(resumed, launched(1, 2, next));
  EXPECT_TRUE(first.wait_for_line("Resuming in epoch")) << first.output();
  EXPECT_TRUE(first.wait_for_line("epoch ")) << first.output();
}

TEST(Processes, OnlyTheFirstNeedsTheCheckpointToResume) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  const std::string first_place = folder / "first";
  const std::string second_place = folder / "second";
  for (const auto& place : {first_place, second_place})
    std::filesystem::create_directory(place);
  const auto in = [](const std::string& place) { return std::vector<std::string>{"env", "-C", place}; };
  auto arguments =
      with(journey().train("m.safetensors"), "--epochs", "2000") + std::vector<std::string>{"--batch", "4"};
  {
    const int port = free_port();
    Worker first(arguments, launched(0, 2, port), in(first_place));
    const Worker second(arguments, launched(1, 2, port), in(second_place));
    ASSERT_TRUE(first.wait_for_line("epoch   2/")) << first.output();
    first.signal(SIGTERM);
    EXPECT_EQ(first.status(), 128 + SIGTERM) << first.output();
  }
  std::filesystem::copy_file(first_place + "/m.safetensors.state", second_place + "/m.safetensors.state");
  arguments.emplace_back("--resume");
  const int port = free_port();
  Worker first(arguments, launched(0, 2, port), in(first_place));
  const Worker second(arguments, launched(1, 2, port), in(second_place));
  EXPECT_TRUE(first.wait_for_line("epoch ")) << first.output();
}

TEST(Processes, ShareScoringAndFindWhatOneFinds) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  const auto arguments = [&](const std::string& json) {
    return std::vector<std::string>{"evaluate",      journey().model, "--data", journey().data, "--cache",
                                    journey().cache, "--beam",        "3",      "--json",       json};
  };
  const auto scores = [](const std::string& path) {
    auto all = nlohmann::json::parse(read_text(path));
    all.erase("command");
    for (auto& row : all.at("results"))
      row.erase("seconds");
    return all;
  };
  expect_all_succeed(arguments(folder / "two.json"), 2);
  const ProcessResult single = run_tagloom(arguments(folder / "one.json"));
  ASSERT_EQ(single.status, 0) << single.err;
  auto two = scores(folder / "two.json");
  auto one = scores(folder / "one.json");
  // The last bits of probabilities depend on how many images are multiplied at once; mAP ranks near-equal
  // ones.
  auto& of_two = two.at("results").back();
  auto& of_one = one.at("results").back();
  const auto error_of = [](const nlohmann::json& row, const char* which) {
    return row.at("confidences").at(which).at("expected_calibration_error").get<double>();
  };
  for (const char* which : {"uncalibrated", "calibrated"})
    EXPECT_NEAR(error_of(of_two, which), error_of(of_one, which), 1e-6) << which;
  EXPECT_NEAR(of_two.at("map").get<double>(), of_one.at("map").get<double>(), 0.01);
  for (const char* values : {"scores", "probabilities"})
    for (const auto& [image, numbers] : of_one.at(values).items())
      for (std::size_t i = 0; i < numbers.size(); ++i)
        EXPECT_NEAR(of_two.at(values).at(image).at(i).get<double>(), numbers[i].get<double>(), 1e-6) << image;
  for (const char* value : {"confidences", "map", "scores", "probabilities"}) {
    of_two.erase(value);
    of_one.erase(value);
  }
  EXPECT_EQ(two, one);
}

TEST(Processes, AllLeaveACheckpointOutThatFailsAtOne) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  const std::string fixtures = TAGLOOM_TEST_FIXTURES "/breaks";
  const auto trained = run_tagloom(journey().train_breaks(folder / "breaks.safetensors"));
  ASSERT_EQ(trained.status, 0) << trained.err;
  const std::vector<std::string> arguments = {"evaluate",      folder / "breaks.safetensors",
                                              journey().model, "--data",
                                              journey().data,  "--cache",
                                              journey().cache, "--plugin-dir",
                                              fixtures};
  const int port = free_port();
  auto environment = launched(1, 2, port);
  environment["TAGLOOM_FIXTURE_BREAKS"] = "the fixture broke";
  Worker second(arguments, environment);
  Worker first(arguments, launched(0, 2, port));
  EXPECT_EQ(first.status(), 3);
  EXPECT_THAT(first.output(), AllOf(HasSubstr("1 of 2 checkpoints"), HasSubstr("the fixture broke"),
                                    HasSubstr(journey().model + ": test")));
  EXPECT_EQ(second.status(), 0);
}

void expect_both_refuse(const std::vector<std::string>& first_arguments,
                        const std::vector<std::string>& second_arguments, const std::string& sentence) {
  const int port = free_port();
  Worker first(first_arguments, launched(0, 2, port));
  Worker second(second_arguments, launched(1, 2, port));
  for (Worker* worker : {&first, &second}) {
    EXPECT_EQ(worker->status(), 2);
    EXPECT_THAT(worker->output(), HasSubstr(sentence));
  }
}

TEST(Processes, StartedWithDifferentOptionsAreRefused) {
  SKIP_WITHOUT_GLOO();
  const TemporaryFolder folder;
  const auto train = journey().train(folder / "x.safetensors") + std::vector<std::string>{"--batch", "4"};
  expect_both_refuse(train, with(train, "--batch", "8"),
                     "Process 1 was started with batch 8, process 0 with batch 4");
  EXPECT_FALSE(std::filesystem::exists(folder / "x.safetensors"));

  const std::vector<std::string> evaluate = {"evaluate", journey().model, "--data", journey().data,
                                             "--cache",  journey().cache, "--beam", "2"};
  expect_both_refuse(evaluate, with(evaluate, "--beam", "3"), "Process 1 was started with beam 3");
}

/// Two that train for long; the second is stopped in its tracks, so that the first one waits for it.
struct Halted {
  explicit Halted(const std::string& seconds) {
    environment["TAGLOOM_PROCESS_TIMEOUT"] = seconds;
    first = std::make_unique<Worker>(arguments, environment);
    environment["RANK"] = environment["LOCAL_RANK"] = "1";
    second = std::make_unique<Worker>(arguments, environment);
  }
  [[nodiscard]] bool halt_second() const {
    const bool training = first->wait_for_line("epoch   2/");
    second->signal(SIGSTOP);
    return training;
  }

  TemporaryFolder folder;
  std::string out = folder / "model.safetensors";
  std::vector<std::string> arguments =
      with(journey().train(out), "--epochs", "20000") + std::vector<std::string>{"--batch", "4"};
  std::map<std::string, std::string> environment = launched(0, 2, free_port());
  std::unique_ptr<Worker> first;
  std::unique_ptr<Worker> second;
};

TEST(Processes, ThatDoNotAnswerAreWaitedForOnlySoLong) {
  SKIP_WITHOUT_GLOO();
  const Halted halted("3");
  ASSERT_TRUE(halted.halt_second()) << halted.first->output();
  EXPECT_EQ(halted.first->status(), 1);
  EXPECT_THAT(halted.first->output(), AllOf(HasSubstr("it did not answer for 3 s (TAGLOOM_PROCESS_TIMEOUT)"),
                                            HasSubstr("add --resume")));
  EXPECT_TRUE(std::filesystem::exists(halted.out + ".state"));
}

TEST(Processes, AreNotWaitedForAfterCtrlC) {
  SKIP_WITHOUT_GLOO();
  const Halted halted("600");
  ASSERT_TRUE(halted.halt_second()) << halted.first->output();
  halted.first->signal(SIGINT);
  EXPECT_NE(halted.first->status(), 0);
  EXPECT_THAT(halted.first->output(), HasSubstr("add --resume"));
  EXPECT_TRUE(std::filesystem::exists(halted.out + ".state"));
}

TEST(Processes, AreRefusedWhereOneIsMeant) {
  const TemporaryFolder folder;
  const ProcessResult result =
      run_tagloom({"export", journey().model, "--torchscript", folder / "x.pt"}, launched(0, 2, 29500));
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("works in one process"));
}

}  // namespace
}  // namespace tagloom::testing
