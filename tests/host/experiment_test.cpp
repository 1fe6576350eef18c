/// An experiment's file, its options and bounds, and how a machine is divided among its cells.

#include "commands/lines/cache.hpp"
#include "commands/lines/dataset.hpp"
#include "commands/lines/evaluate.hpp"
#include "commands/lines/train.hpp"
#include "experiment/bound.hpp"
#include "experiment/identity.hpp"
#include "experiment/log_end.hpp"
#include "experiment/read_experiment.hpp"
#include "experiment/slots.hpp"
#include "experiment/slurm.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;
using testing::write_text;

constexpr const char* kInputs = R"(
[data.pictures]
path = "pictures"

[cache.features]
path = "features.h5"
)";

experiment::Experiment read_text_of(const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder / "x.toml", text);
  return experiment::read_experiment(folder / "x.toml", folder.path(), "",
                                     {.demo = options::options_of(commands::dataset_demo_line().table),
                                      .build = options::options_of(commands::cache_build_line().table),
                                      .train = options::options_of(commands::train_line().table),
                                      .evaluate = options::options_of(commands::evaluate_line().table)});
}

std::string refusal_of_file(const std::string& text) {
  try {
    (void)read_text_of(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "taken";
}

std::vector<std::string> train_words(const experiment::Experiment& read, std::size_t method) {
  return experiment::words_of(read.methods.at(method).train);
}

TEST(ExperimentFile, OptionsOfAllGroupsAndMethodsLieAboveOneAnother) {
  const auto read = read_text_of(std::string(kInputs) + R"(
[train]
epochs = 5
learning-rate = 1e-3
set.decoder.hidden = 64
[options.long]
epochs = 50
set.decoder.hidden = 128
set.decoder.embedding = 32
[[method]]
name = "short"
skip-unreadable = true
[[method]]
name = "long"
with = "long"
set.decoder.hidden = 256
)");
  EXPECT_THAT(train_words(read, 0), ElementsAre("--epochs=5", "--learning-rate=0.001",
                                                "--set=decoder.hidden=64", "--skip-unreadable"));
  EXPECT_THAT(train_words(read, 1), ElementsAre("--learning-rate=0.001", "--epochs=50",
                                                "--set=decoder.embedding=32", "--set=decoder.hidden=256"));
}

TEST(ExperimentFile, EveryCombinationOfWhatVariesIsAVariant) {
  const auto read = read_text_of("seeds = [4, 5]\n" + std::string(kInputs) + R"(
[vary]
learning-rate = [0.001, 0.01]
"set.decoder.hidden" = [32, 64]
[[method]]
name = "ria"
)");
  ASSERT_EQ(read.variants.size(), 4U);
  EXPECT_EQ(read.variants[1].name, "learning-rate 0.001, decoder.hidden 64");
  EXPECT_THAT(experiment::words_of(read.variants[2].train),
              ElementsAre("--learning-rate=0.01", "--set=decoder.hidden=32"));
  EXPECT_THAT(read.variants[3].seeds, ElementsAre(4, 5));
}

TEST(ExperimentFile, WhatIsMistypedIsAnsweredWithItsLineAndWhatWasMeant) {
  const std::string method = std::string(kInputs) + "[[method]]\nname = \"ria\"\n";
  EXPECT_THAT(refusal_of_file(method + "epoch = 5\n"),
              AllOf(HasSubstr("x.toml, line 9: there is no option \"epoch\""),
                    HasSubstr("did you mean \"epochs\"?"), HasSubstr("`tagloom help train`")));
  EXPECT_THAT(refusal_of_file(method + "epochs = 0\n"),
              HasSubstr("line 9: --epochs is 0; it must be a whole number"));
  EXPECT_THAT(refusal_of_file("basline = \"ria\"\n" + method), HasSubstr("did you mean \"baseline\"?"));
  EXPECT_THAT(refusal_of_file("baseline = \"rai\"\n" + method), HasSubstr("did you mean \"ria\"?"));
  EXPECT_THAT(refusal_of_file(method + "cache = \"feature\"\n"), HasSubstr("did you mean \"features\"?"));
  EXPECT_THAT(refusal_of_file(method + "out = \"x\"\n"), HasSubstr("given by the experiment itself"));
  EXPECT_THAT(refusal_of_file(method + "[[search]]\nname = \"b\"\nbeem = 3\n"),
              AllOf(HasSubstr("did you mean \"beam\"?"), HasSubstr("`tagloom help evaluate`")));
  EXPECT_THAT(refusal_of_file("seeds = 3\n" + method), HasSubstr("[1, 2, 3]"));
  EXPECT_THAT(refusal_of_file(method + "[[method]]\nname = \"ria\"\n"), HasSubstr("two of the name"));
}

TEST(ExperimentFile, WhatWouldCountTwiceIsRefused) {
  const std::string method = std::string(kInputs) + "[[method]]\nname = \"ria\"\n";
  EXPECT_THAT(refusal_of_file("seeds = [1, 2, 1]\n" + method), HasSubstr("line 1: seeds has 1 twice"));
  EXPECT_THAT(refusal_of_file("splits = [\"test\", \"test\"]\n" + method), HasSubstr("\"test\" twice"));
  EXPECT_THAT(refusal_of_file(method + "[vary]\nepochs = [3, 5, 3]\n"), HasSubstr("epochs has 3 twice"));
}

TEST(ExperimentFile, AnEmptyListOfCachesOrSplitsIsRefused) {
  const std::string method = std::string(kInputs) + "[[method]]\nname = \"ria\"\n";
  EXPECT_THAT(refusal_of_file(method + "cache = []\n"), HasSubstr("line 9: cache is an empty list"));
  EXPECT_THAT(refusal_of_file("splits = []\n" + method), HasSubstr("splits is an empty list"));
}

TEST(ExperimentFile, InputsAndOutputsAreTheExperimentsOwnInEveryTable) {
  const std::string method = std::string(kInputs) + "[[method]]\nname = \"ria\"\n";
  for (const char* table :
       {"[[variant]]\nname = \"a\"\ncache = \"features\"\n", "[vary]\nview = [\"a\", \"b\"]\n",
        "[train]\ntensorboard = \"runs\"\n", "[[search]]\nname = \"a\"\nlabel-csv = \"labels.csv\"\n"})
    EXPECT_THAT(refusal_of_file(method + table), HasSubstr("given by the experiment itself")) << table;
}

TEST(ExperimentFile, WhatIsNoTomlIsRefusedWithItsLine) {
  EXPECT_THAT(refusal_of_file("a = 1\nb = \n"), HasSubstr("x.toml, line 2"));
  EXPECT_THAT(refusal_of_file("title = 2026-11-27\n"), HasSubstr("dates and times"));
  EXPECT_THROW((void)experiment::read_experiment("/nowhere.toml", "", "", {}), DataError);
}

TEST(ExperimentFile, PathsAreRelativeToItsBase) {
  const TemporaryFolder folder;
  const auto read =
      read_text_of(std::string(kInputs) + "[[method]]\nname = \"ria\"\nglove = \"words.txt\"\n");
  EXPECT_EQ(read.caches.front().path.filename(), "features.h5");
  EXPECT_TRUE(read.caches.front().path.is_absolute());
  EXPECT_EQ(read.methods.front().train.front().file, read.caches.front().path.parent_path() / "words.txt");
}

TEST(Bound, NamesAMethodThatMayHaveDotsOrHoldsForAll) {
  const std::vector<experiment::Method> methods = {{.name = "a"}, {.name = "a.b"}};
  const auto of_one = experiment::bound_in("a.b.per_class.f1 >= 0.36", methods);
  EXPECT_EQ(of_one.method, "a.b");
  EXPECT_EQ(of_one.figure, "per_class.f1");
  EXPECT_TRUE(experiment::holds(of_one, 0.36));
  EXPECT_FALSE(experiment::holds(of_one, 0.3599));
  const auto of_all = experiment::bound_in("n_plus<100", methods);
  EXPECT_EQ(of_all.method, "");
  EXPECT_TRUE(experiment::holds(of_all, 99));
  EXPECT_FALSE(experiment::holds(of_all, 100));
}

TEST(Bound, OfAFigureThatThereIsNotIsAnsweredWithTheOneThatWasMeant) {
  const auto refused = [](const std::string& text) {
    try {
      (void)experiment::bound_in(text, {});
    } catch (const UsageError& error) {
      return std::string(error.what());
    }
    return std::string("taken");
  };
  EXPECT_THAT(refused("per_clas.f1 >= 0.3"), HasSubstr("did you mean \"per_class.f1\"?"));
  EXPECT_THAT(refused("per_class.f1 = 0.3"), HasSubstr("is no bound"));
  EXPECT_THAT(refused("per_class.f1 >= much"), HasSubstr("is no bound"));
}

TEST(Bound, IsAFiniteNumber) {
  for (const char* number : {"nan", "inf", "-inf"})
    EXPECT_THROW((void)experiment::bound_in(std::string("micro.f1 >= ") + number, {}), UsageError) << number;
}

TEST(ExperimentFile, ANameThatThereIsNotIsCalledByWhatItWouldBe) {
  const std::string method = std::string(kInputs) + "[[method]]\nname = \"ria\"\n";
  EXPECT_THAT(refusal_of_file(method + "with = \"nothing\"\n"),
              HasSubstr("there is no group of options \"nothing\"; there is none at all."));
  EXPECT_THAT(refusal_of_file("splits = [\"tst\"]\n" + method), HasSubstr("there is no split \"tst\""));
}

TEST(ExperimentFile, AnOptionOfAKindThatTheCommandDoesNotSetIsAnsweredWithItsLine) {
  EXPECT_THAT(refusal_of_file(std::string(kInputs) + "[[method]]\nname = \"ria\"\nset.decodr.hidden = 3\n"),
              AllOf(HasSubstr("line 9: "), HasSubstr("did you mean \"decoder\"?")));
}

TEST(ExperimentFile, OptionsAreTheSameWhereverTheirPathsAreSeenFrom) {
  const std::string text = R"(
[data.pictures]
path = "pictures"
[cache.features]
[cache.features.build]
set.encoder.weights = "weights/missing.pth"
[[method]]
name = "ria"
)";
  const auto one = read_text_of(text);
  const auto other = read_text_of(text);
  ASSERT_NE(one.data.front().path, other.data.front().path);
  EXPECT_EQ(one.data.front().written, other.data.front().written);
  ASSERT_NE(one.caches.front().build->front().value, other.caches.front().build->front().value);
  EXPECT_EQ(experiment::Identities().of_options(*one.caches.front().build),
            experiment::Identities().of_options(*other.caches.front().build));
}

TEST(ExperimentLog, SaysWhyItsLastProcessFailedAndNothingElse) {
  const TemporaryFolder folder;
  write_text(folder / "log",
             "$ tagloom train\ntagloom train: an old failure.\n$ tagloom train\nwarning: slow.\n"
             "epoch 1\ntagloom train: x.h5 is damaged.\n");
  EXPECT_EQ(experiment::failure_in(folder / "log"), "tagloom train: x.h5 is damaged.");
  write_text(folder / "log", "$ tagloom train\ntagloom train: an old failure.\n$ tagloom train\n");
  EXPECT_EQ(experiment::failure_in(folder / "log"), "");
}

TEST(Slots, DivideTheProcessorsAmongTheJobs) {
  const auto slots = experiment::slots_of({.processors = {2, 3, 5, 7, 9}, .allowed = 5, .gpus = {}}, 2);
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_THAT(slots[0].processors, ElementsAre(2, 3));
  EXPECT_THAT(slots[1].processors, ElementsAre(5, 7, 9));
  EXPECT_EQ(experiment::slots_of({.processors = {0, 1}, .allowed = 2, .gpus = {}}, 8).size(), 2U);
}

TEST(Slots, OfOneJobLeaveItAllThatThereIs) {
  const auto slots = experiment::slots_of({.processors = {0, 1}, .allowed = 2, .gpus = {}}, 0);
  ASSERT_EQ(slots.size(), 1U);
  EXPECT_THAT(slots[0].processors, IsEmpty());
  EXPECT_THAT(slots[0].environment, IsEmpty());
}

TEST(Slots, AreOneAGpuWhereThereAreGpus) {
  const experiment::Machine machine{.processors = {0, 1, 2, 3}, .allowed = 4, .gpus = {"4", "GPU-5a"}};
  const auto slots = experiment::slots_of(machine, 0);
  ASSERT_EQ(slots.size(), 2U);
  EXPECT_EQ(slots[0].environment.at("CUDA_VISIBLE_DEVICES"), "4");
  EXPECT_EQ(slots[1].environment.at("CUDA_VISIBLE_DEVICES"), "GPU-5a");
  EXPECT_THAT(slots[1].processors, ElementsAre(2, 3));
  EXPECT_EQ(experiment::slots_of(machine, 3)[2].environment.at("CUDA_VISIBLE_DEVICES"), "4");
}

TEST(Slots, UnderAQuotaAreThreadsAndNoPlaces) {
  const experiment::Machine machine{.processors = {0, 1, 2, 3, 4, 5, 6, 7}, .allowed = 4, .gpus = {}};
  const auto slots = experiment::slots_of(machine, 2);
  EXPECT_THAT(slots[0].processors, IsEmpty());
  EXPECT_EQ(slots[0].environment.at("OMP_NUM_THREADS"), "2");
}

TEST(FreeMemory, IsWhatTheMachineAndTheControlGroupLeave) {
  const TemporaryFolder root;
  namespace fs = std::filesystem;
  fs::create_directories(root.path() / "proc/self");
  fs::create_directories(root.path() / "sys/fs/cgroup/jobs/7");
  write_text(root.path() / "proc/meminfo", "MemTotal: 100 kB\nMemAvailable:    4000 kB\n");
  EXPECT_EQ(experiment::free_bytes(root.path()), 4000 * 1024);
  write_text(root.path() / "proc/self/cgroup", "0::/jobs/7\n");
  write_text(root.path() / "sys/fs/cgroup/jobs/memory.max", "300000\n");
  write_text(root.path() / "sys/fs/cgroup/jobs/memory.current", "200000\n");
  write_text(root.path() / "sys/fs/cgroup/jobs/memory.stat", "anon 9\ninactive_file 50000\n");
  write_text(root.path() / "sys/fs/cgroup/jobs/7/memory.max", "max\n");
  EXPECT_EQ(experiment::free_bytes(root.path()), 150000);
}

TEST(SlurmScript, SubmitsWhatAllNeedThenTheCellsThenTheTables) {
  const std::string script = experiment::slurm_script(
      {.name = "two words", .command = {"/opt/bin/tagloom", "run", "/home/me/it's.toml"}, .cells = 21});
  EXPECT_THAT(script,
              AllOf(HasSubstr("'--job-name=two words'"), HasSubstr("--array=1-21"), HasSubstr("--cell 0"),
                    HasSubstr("$SLURM_ARRAY_TASK_ID"), HasSubstr("--table"), HasSubstr("afterok:"),
                    HasSubstr("--kill-on-invalid-dep=yes"), HasSubstr("afterany:")));
  const TemporaryFolder folder;
  write_text(folder / "s.sh", script);
  EXPECT_EQ(std::system(("sh -n " + (folder / "s.sh").string()).c_str()), 0);
}

}  // namespace
}  // namespace tagloom
