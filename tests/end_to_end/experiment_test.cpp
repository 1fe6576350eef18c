/// The real program on a whole experiment, bench/experiments/demo.toml with fewer pictures, seeds and
/// methods.

#include "packaging/document.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace tagloom::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// On one thread equal steps give equal bits.
const std::map<std::string, std::string> kOneThread = {{"OMP_NUM_THREADS", "1"}};

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("the experiment has no " + what);
  return text.replace(at, what.size(), by);
}

std::string without(std::string text, const std::string& from, const std::string& to) {
  const auto begin = text.find(from);
  const auto end = text.find(to, begin);
  if (end == std::string::npos) throw std::runtime_error("the experiment has no " + from);
  return text.erase(begin, end - begin);
}

std::string demo_text() {
  const std::string whole = read_text(TAGLOOM_TEST_SOURCES "/bench/experiments/demo.toml");
  const std::string small = replaced(replaced(whole, "count = 240", "count = 60"), "[1, 2, 3]", "[1, 2]");
  return without(small, "[[method]]\nname = \"attention\"", "[[method]]\nname = \"classifier\"");
}

/// An experiment's file and its folder.
struct Place {
  TemporaryFolder folder;
  std::string results = folder / "results";

  [[nodiscard]] std::vector<std::string> command(const std::string& text,
                                                 const std::vector<std::string>& more = {}) const {
    const std::string file = folder / "demo.toml";
    write_text(file, text);
    std::vector<std::string> words = {"run", file, "--out", results, "--jobs", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  [[nodiscard]] ProcessResult run(const std::string& text, const std::vector<std::string>& more = {},
                                  std::map<std::string, std::string> environment = {}) const {
    environment.merge(std::map(kOneThread));
    return run_tagloom(command(text, more), environment);
  }
  [[nodiscard]] std::string table(const std::string& ending) const {
    return read_text(results + "/table." + ending);
  }
  /// Whether a file below is called so.
  [[nodiscard]] bool has(const std::string& ending) const {
    std::error_code gone;
    for (fs::recursive_directory_iterator entry(results, gone), end; entry != end; entry.increment(gone)) {
      if (gone) return false;
      if (entry->path().string().ends_with(ending)) return true;
    }
    return false;
  }
};

/// How many processes have this in their command line.
int processes_about(const std::string& text) {
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "cmdline");
    const std::string line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (line.find(text) != std::string::npos) ++count;
  }
  return count;
}

/// Run once, to its end, on first use.
const Place& undisturbed() {
  static Place place;
  static const ProcessResult result = place.run(demo_text());
  if (result.status != 0) throw std::runtime_error(result.err);
  return place;
}

TEST(Experiment, KilledAtAnyMomentEndsWithTheTablesOfAnUndisturbedOne) {
  const Place killed;
  for (const char* file : {".partial", ".h5.partial", ".safetensors.state", "trained.json", ".partial.json",
                           "scored.greedy.json", "scored.beam_5.json"}) {
    RunningTagloom life(killed.command(demo_text()), kOneThread);
    // What is only there for a moment may have been missed, when the whole has ended meanwhile.
    (void)life.wait_until([&] { return killed.has(file); });
    life.send(SIGKILL);
    (void)life.ends_within(std::chrono::seconds(60));
  }
  const ProcessResult last = killed.run(demo_text());
  ASSERT_EQ(last.status, 0) << last.err;
  for (const char* ending : {"md", "csv", "json"})
    EXPECT_EQ(killed.table(ending), undisturbed().table(ending)) << ending;
}

TEST(Experiment, ThatHasRunIsNotRunAgain) {
  const ProcessResult again = undisturbed().run(demo_text());
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("training")));
  EXPECT_THAT(again.out, AllOf(HasSubstr("| ria | greedy | 2 |"), HasSubstr("| classifier | threshold | 2 |"),
                               HasSubstr("per_class.f1 − ria")));
  const auto tables = nlohmann::json::parse(undisturbed().table("json"));
  EXPECT_EQ(tables.at("rows").at(0).at("runs").size(), 2U);
  EXPECT_TRUE(tables.at("rows").at(2).at("against_baseline").contains("micro.f1"));
}

TEST(Experiment, NamesInItsScoresACommandThatWritesThem) {
  int found = 0;
  for (const auto& entry : fs::recursive_directory_iterator(undisturbed().results)) {
    if (entry.path().filename() != "scored.greedy.json") continue;
    ++found;
    EXPECT_THAT(read_json(entry.path()).at("command").get<std::string>(),
                HasSubstr("--json=" + entry.path().string()));
  }
  EXPECT_EQ(found, 2);
}

TEST(Experiment, RunsThoseCellsAgainThatHaveChanged) {
  const std::string changed =
      replaced(demo_text(), "classifier = \"linear\"", "classifier = \"linear\"\nbatch = 16");
  const ProcessResult plan = undisturbed().run(changed, {"--dry-run"});
  EXPECT_EQ(plan.status, 0) << plan.err;
  EXPECT_THAT(plan.out, AllOf(HasSubstr("ria, seed 2: done"),
                              HasSubstr("classifier, seed 1: to be run\n  training: tagloom train "),
                              HasSubstr("--batch=16")));
  const std::string wider = replaced(demo_text(), "beam = 5", "beam = 4");
  EXPECT_THAT(undisturbed().run(wider, {"--dry-run"}).out,
              AllOf(HasSubstr("ria, seed 1: to be run\n  scoring, beam 5: tagloom evaluate "),
                    HasSubstr("classifier, seed 2: done")));
}

TEST(Experiment, WhoseBoundIsMissedEndsWithAStatusOfItsOwn) {
  const std::string strict =
      replaced(demo_text(), "classifier.micro.f1 >= 0.2", "classifier.micro.f1 >= 0.999");
  const ProcessResult missed = undisturbed().run(strict, {"--table"});
  EXPECT_EQ(missed.status, 4);
  EXPECT_THAT(missed.err, HasSubstr("classifier.micro.f1 >= 0.999 is required, but classifier has 0."));
  EXPECT_EQ(undisturbed().run(demo_text(), {"--table"}).status, 0);
}

TEST(Experiment, DoesNotReplaceItsTablesWhenResultsOfTheseSettingsAreMissing) {
  const std::string before = undisturbed().table("json");
  const std::string changed = replaced(demo_text(), "epochs = 6", "epochs = 7");
  const ProcessResult missing = undisturbed().run(changed, {"--table"});
  EXPECT_EQ(missing.status, 3);
  EXPECT_THAT(missing.err, HasSubstr("4 of 4 cells have no result of this program and these settings"));
  EXPECT_EQ(undisturbed().table("json"), before);
}

TEST(Experiment, NamesAMissingFileBeforeAnythingIsMade) {
  const Place place;
  const ProcessResult result =
      place.run(replaced(demo_text(), "map = true", "map = true\nset.encoder.weights = \"w/none.pth\""));
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, AllOf(HasSubstr("demo.toml, line "), HasSubstr("w/none.pth is not there")));
  EXPECT_FALSE(fs::exists(place.results));
}

TEST(Experiment, LosesThatCellAloneWhosePluginCrashes) {
  std::string text = replaced(demo_text(), "[[search]]", R"([[method]]
name = "hostile"
decoder = "hostile"

[[search]])");
  text = replaced(replaced(text, "seeds = [1, 2]", "seeds = [1]"), "baseline",
                  "plugins = \"" TAGLOOM_TEST_FIXTURES "/hostile\"\nbaseline");
  const ProcessResult crashed = undisturbed().run(text, {}, {{"TAGLOOM_FIXTURE_DOES", "step segfault"}});
  EXPECT_EQ(crashed.status, 1);
  EXPECT_THAT(crashed.err, AllOf(HasSubstr("hostile, seed 1: training was ended by SIGSEGV, saying"),
                                 HasSubstr("hostile.so was at work"), HasSubstr("training.log"),
                                 HasSubstr("1 of 3 cells failed")));
  EXPECT_THAT(crashed.out,
              AllOf(HasSubstr("| hostile | greedy | 0 of 1 | – |"), HasSubstr("| ria | greedy | 1 |")));
  const ProcessResult mended = undisturbed().run(text);
  EXPECT_EQ(mended.status, 0) << mended.err;
  EXPECT_THAT(mended.err, AllOf(HasSubstr("hostile, seed 1: training"), Not(HasSubstr("ria, seed 1"))));
  EXPECT_THAT(mended.out, HasSubstr("| hostile | greedy | 1 |"));
  // The tables that others read are those of the whole.
  ASSERT_EQ(undisturbed().run(demo_text(), {"--table"}).status, 0);
}

TEST(Experiment, StoppedByCtrlCLeavesNoProcessAndGoesOn) {
  const Place stopped;
  const std::string text = replaced(demo_text(), "epochs = 6", "epochs = 10000");
  RunningTagloom life(stopped.command(text), kOneThread);
  ASSERT_TRUE(life.wait_until([&] { return stopped.has(".safetensors.state"); }));
  life.send(SIGINT);
  const auto end = life.ends_within(std::chrono::seconds(30));
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->status, 128 + SIGINT);
  EXPECT_THAT(end->err, HasSubstr("stopped; nothing that was done is lost: the same command goes on."));
  EXPECT_EQ(processes_about(stopped.results), 0);
  EXPECT_THAT(stopped.run(text, {"--dry-run"}).out, HasSubstr("--resume"));
}

TEST(Experiment, OfTheTreeIsOneThatWouldRun) {
  const Place place;
  for (const auto& [name, last] : {std::pair("demo", "[9/9] classifier, seed 3"),
                                   std::pair("corel5k", "data set corel5k is not there")}) {
    const ProcessResult plan =
        run_tagloom({"run", std::string(TAGLOOM_TEST_SOURCES "/bench/experiments/") + name + ".toml",
                     "--base", place.folder.path().string(), "--out", place.results, "--dry-run"});
    EXPECT_THAT(plan.out + plan.err, HasSubstr(last));
  }
  EXPECT_FALSE(fs::exists(place.results));
}

TEST(Experiment, OfItsDocumentIsTaken) {
  const Place place;
  fs::create_directories(place.folder / "my_plugins/build");
  std::size_t found = 0;
  for (const Block& block : blocks_of(TAGLOOM_TEST_DOCUMENTS "/experiments.md")) {
    if (block.language != "toml") continue;
    ++found;
    EXPECT_THAT(place.run(block.text, {"--dry-run"}).err, HasSubstr("the data set corel5k is not there"));
  }
  EXPECT_EQ(found, 1U);
}

TEST(Experiment, IsAnsweredBeforeAnythingIsMade) {
  const Place place;
  const auto refused = [&](const std::string& what, const std::string& by,
                           const std::vector<std::string>& more = {}) {
    const ProcessResult result = place.run(replaced(demo_text(), what, by), more);
    EXPECT_EQ(result.status, 2);
    EXPECT_FALSE(fs::exists(place.results));
    return result.err;
  };
  EXPECT_THAT(refused("learning-rate", "learning-rat"),
              AllOf(HasSubstr("demo.toml, line "), HasSubstr("(did you mean \"learning-rate\"?)")));
  EXPECT_THAT(refused("decoder.hidden", "decoder.hiden"),
              HasSubstr("decoder ria has no option hiden (did you mean \"hidden\"?)"));
  EXPECT_THAT(refused("decoder.hidden", "decoder.hiden"), HasSubstr("demo.toml, line "));
  EXPECT_THAT(refused("decoder = \"ria\"", "decoder = \"rai\""),
              AllOf(HasSubstr("demo.toml, line "), HasSubstr("rai")));
  EXPECT_THAT(refused("map = true", "map = true\nencoder = \"tresnot\""),
              AllOf(HasSubstr("demo.toml, line "), HasSubstr("tresnot")));
  EXPECT_THAT(refused("encoder.image_size", "encoder.image_sise"),
              AllOf(HasSubstr("demo.toml, line "), HasSubstr("image_size")));
  EXPECT_THAT(refused("multilabel-loss", "scheduled-sampling = 0.5\nmultilabel-loss"),
              HasSubstr("classifier, seed 1: --scheduled-sampling is for decoders"));
  EXPECT_THAT(refused("title", "title", {"--cell", "7"}), HasSubstr("has 4 cells"));
  EXPECT_THAT(refused("title", "title", {"--cell", "1", "--table"}), HasSubstr("exclude one another"));
}

TEST(Experiment, AsJobsOfAClusterEndsWithTheSameTables) {
  const Place cluster;
  // It runs what it is given at once, an array's tasks one after the other.
  write_text(cluster.folder / "sbatch", R"(#!/bin/sh
for word in "$@"; do
  case "$word" in
    --array=1-*) tasks=$(seq "${word#--array=1-}") ;;
    --wrap=*) command=${word#--wrap=} ;;
  esac
done
for task in ${tasks:-none}; do
  if [ "$task" != none ]; then export SLURM_ARRAY_TASK_ID=$task; fi
  sh -c "$command" >> "$LOG" 2>&1 || exit 1
done
echo 17
)");
  fs::permissions(cluster.folder / "sbatch", fs::perms::owner_all);
  const std::string script = cluster.folder / "submit.sh";
  ASSERT_EQ(cluster.run(demo_text(), {"--slurm", script}).status, 0);
  EXPECT_FALSE(fs::exists(cluster.results));
  const ProcessResult submitted =
      run_program("/bin/sh", {script, "--partition=any"},
                  {{"PATH", cluster.folder.path().string() + ":" + std::getenv("PATH")},
                   {"LOG", cluster.folder / "log"},
                   {"OMP_NUM_THREADS", "1"}});
  ASSERT_EQ(submitted.status, 0) << submitted.err << read_text(cluster.folder / "log");
  EXPECT_EQ(cluster.table("csv"), undisturbed().table("csv"));
}

}  // namespace
}  // namespace tagloom::testing
