/// Standard streams that are full, closed or missing, and what may be shown on them.

#include "journey.hpp"
#include "support/files.hpp"
#include "support/memory.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using ::testing::Not;
using testing::run_shell;
using testing::run_tagloom;
using ::testing::StartsWith;
using testing::TemporaryFolder;

std::string shell_words(const std::vector<std::string>& arguments) {
  std::string words = "\"$TAGLOOM\"";
  for (const std::string& argument : arguments)
    words += " '" + argument + "'";
  return words;
}

TEST(Streams, HoweverLittleMemoryThereIsACommandSaysSoOrSucceeds) {
  const TemporaryFolder folder;
  for (const int limit : {600000, 800000, 900000, 1000000, 1050000, 1100000, 1200000, 1300000}) {
    const auto result = run_shell("ulimit -v " + std::to_string(limit) + "; OMP_NUM_THREADS=2 " +
                                  shell_words({"cache", "info", journey().cache}));
    EXPECT_TRUE(result.status == 0 || result.status == 1) << limit << ": " << result.status << result.err;
    if (result.status == 1) {
      EXPECT_THAT(result.err, HasSubstr("limit")) << limit;
    }
  }
}

TEST(Streams, MoreThreadsThanAnyMachineHasAreRefused) {
  for (const char* threads : {"200000", "99999999999"}) {
    const auto result = run_shell(std::string("OMP_NUM_THREADS=") + threads + " " + shell_words({"info"}));
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("give a number of threads from 1 to 4096"));
  }
}

TEST(Streams, AFullStandardOutputIsAFailureOfEveryCommand) {
  const TemporaryFolder folder;
  const std::vector<std::vector<std::string>> commands = {
      {"--version"},
      {"--help"},
      {"info"},
      {"plugins", "list"},
      {"plugins", "inspect", "ria"},
      {"plugins", "--help"},
      {"dataset", "--help"},
      {"dataset", "info", journey().data},
      {"dataset", "demo", folder / "demo", "--count", "2"},
      {"cache", "info", journey().cache},
      {"cache", "info", "--help"},
      {"cache", "verify", journey().cache},
      {"evaluate", journey().model, "--data", journey().data, "--cache", journey().cache}};
  for (const auto& command : commands) {
    const auto result = run_shell(shell_words(command) + " >/dev/full");
    EXPECT_EQ(result.status, 3) << shell_words(command);
    EXPECT_THAT(result.err, HasSubstr("standard output cannot be written")) << shell_words(command);
  }
}

TEST(Streams, AFullStandardOutputDoesNotEndATraining) {
  const TemporaryFolder folder;
  const std::string out = folder / "m.safetensors";
  const auto result = run_shell(shell_words(journey().train(out)) + " >/dev/full");
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, HasSubstr("standard output cannot be written"));
  EXPECT_TRUE(std::filesystem::exists(out));
  EXPECT_FALSE(std::filesystem::exists(out + ".state")) << "it went on to its end";
}

TEST(Streams, AStandardErrorThatCannotBeWrittenChangesNoStatus) {
  for (const char* redirection : {" 2>/dev/full", " 2>&-"}) {
    EXPECT_EQ(run_shell(shell_words({"trian"}) + redirection).status, 2) << redirection;
    EXPECT_EQ(run_shell(shell_words({"train"}) + redirection).status, 2) << redirection;
    EXPECT_EQ(run_shell(shell_words({"dataset", "info", "/no/such"}) + redirection).status, 3) << redirection;
    // It warns of random weights and shows its progress.
    const TemporaryFolder folder;
    EXPECT_EQ(run_shell(shell_words(journey().build(folder / "f.h5")) + redirection).status, 0)
        << redirection;
  }
}

TEST(Streams, NoFileTakesThePlaceOfAMissingStream) {
  const TemporaryFolder folder;
  const std::string out = folder / "m.safetensors";
  const auto result = run_shell(shell_words(journey().train(out)) + " <&- >&- 2>&-");
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(testing::read_text(out + ".log.csv"),
              AllOf(StartsWith("stage,epoch"), Not(HasSubstr("checkpoint:"))));
  EXPECT_EQ(run_tagloom({"evaluate", out, "--data", journey().data, "--cache", journey().cache}).status, 0);
}

TEST(Streams, NamesCannotCommandATerminal) {
  const auto wrong = run_tagloom({"\x1b[31mtrian"});
  EXPECT_THAT(wrong.err, AllOf(HasSubstr("\\x1b[31mtrian"), Not(HasSubstr("\x1b"))));
  const auto missing = run_tagloom({"dataset", "info", "/no/\x1b]0;title\x07such"});
  EXPECT_THAT(missing.err, AllOf(HasSubstr("\\x1b]0;title\\x07"), Not(HasSubstr("\x1b"))));
  const TemporaryFolder folder;
  std::filesystem::copy(journey().data, folder / "data", std::filesystem::copy_options::recursive);
  auto json = testing::read_json(folder / "data/train.json");
  json.at("labels")[0] = "sky\x1b[2J\nnewline";
  for (auto& sample : json.at("samples"))
    sample.at("image_labels") = {"sky\x1b[2J\nnewline"};
  testing::write_text(folder / "data/train.json", json.dump());
  auto test = testing::read_json(folder / "data/test.json");
  test["labels"] = json.at("labels");
  for (auto& sample : test.at("samples"))
    sample.at("image_labels") = json.at("samples")[0].at("image_labels");
  testing::write_text(folder / "data/test.json", test.dump());
  const auto labels = run_tagloom({"dataset", "info", folder / "data", "--labels"});
  EXPECT_EQ(labels.status, 0) << labels.err;
  EXPECT_THAT(labels.out, AllOf(HasSubstr("sky\\x1b[2J\\nnewline"), Not(HasSubstr("\x1b"))));
}

TEST(Streams, TooLittleMemoryForProductsIsSaidAtOnce) {
  SKIP_UNDER_ADDRESS_SANITIZER();
  const auto started = run_shell("ulimit -v 400000; " + shell_words({"info"}));
  EXPECT_EQ(started.status, 1);
  EXPECT_THAT(started.err, AllOf(HasSubstr("400000 KiB of address space (ulimit -v)"), HasSubstr("2 GiB")));
  const auto under_both = run_shell("ulimit -v 8000000; ulimit -d 100000; " + shell_words({"info"}));
  EXPECT_THAT(under_both.err,
              HasSubstr("8000000 KiB of address space (ulimit -v) and 100000 KiB of data (ulimit -d)"));
  const TemporaryFolder folder;
  const auto trained =
      run_shell("ulimit -v 1000000; " + shell_words(journey().train(folder / "m.safetensors")));
  EXPECT_EQ(trained.status, 1);
  EXPECT_THAT(trained.err, HasSubstr("1000000 KiB of address space (ulimit -v)"));
}

TEST(Streams, FewerThreadsAreTakenWhereTheBuffersOfAllDoNotFit) {
  SKIP_UNDER_ADDRESS_SANITIZER();
  const TemporaryFolder folder;
  const auto result = run_shell("ulimit -v 8000000; OMP_NUM_THREADS=64 MKL_DYNAMIC=FALSE " +
                                shell_words(journey().train(folder / "m.safetensors")));
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("of 64 threads are used: within the limit of 8000000 KiB"));
}

}  // namespace
}  // namespace tagloom
