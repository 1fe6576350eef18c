/// docs/many-machines.md: a cache that many processes build, some of which are killed.

#include "journey.hpp"
#include "packaging/document.hpp"
#include "places.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"
#include "worker.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tagloom::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

using Environment = std::map<std::string, std::string>;

std::string with_replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

const std::string kEncoder = "--set encoder.random=true --set encoder.image_size=160";

/// A block of the document, which needs no weights.
std::string recipe(const std::string& name) {
  for (const Block& block : blocks_of(TAGLOOM_TEST_SOURCES "/docs/many-machines.md"))
    if (block.argument == name)
      return with_replaced(block.text, "--set encoder.weights=tresnet_m.pth", kEncoder);
  throw std::runtime_error("docs/many-machines.md has no block " + name);
}

class Shards : public ::testing::Test {
 protected:
  Shards() {
    fs::copy(journey().data + "/images", folder_ / "photos", fs::copy_options::recursive);
    write_text(folder_ / "build.sbatch", recipe("build.sbatch"));
    const auto one = in_folder("tagloom cache build --images photos --out one.h5 " + kEncoder);
    if (one.status != 0) throw std::runtime_error(one.err);
  }

  /// Runs a line of shell where the photos are and `tagloom` is on the PATH.
  ProcessResult in_folder(const std::string& line, const Environment& more = {}) const {
    Environment environment = environment_;
    environment.insert(more.begin(), more.end());
    return run_program("/bin/bash", {"-c", "cd " + folder_.path().string() + "\n" + line}, environment);
  }
  /// The same while the test goes on; the line begins with `exec`.
  [[nodiscard]] std::unique_ptr<Worker> started(const std::string& line, const Environment& more) const {
    Environment environment = environment_;
    environment.insert(more.begin(), more.end());
    return std::make_unique<Worker>(
        std::vector<std::string>(), environment,
        std::vector<std::string>{"/bin/bash", "-c", "cd " + folder_.path().string() + "\n" + line});
  }
  [[nodiscard]] fs::path shard(int index, int count) const {
    return folder_ / fmt::format("photos.{}-of-{}.h5", index, count);
  }
  /// Whether the shard's process did something before it was killed.
  [[nodiscard]] bool kill_once_begun(Worker& worker, const fs::path& shard) const {
    const fs::path parts = fs::path(shard) += ".parts";
    for (int looks = 0; looks < 60'000 && !fs::exists(parts) && !fs::exists(shard); ++looks)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    worker.kill();
    return worker.status() == 128 + SIGKILL;
  }
  void expect_is_one_build() const {
    const auto compared = in_folder("cmp photos.h5 one.h5 && tagloom cache verify photos.h5");
    EXPECT_EQ(compared.status, 0) << compared.out << compared.err;
  }

  TemporaryFolder folder_;
  const Environment environment_ = {
      {"PATH", fs::path(TAGLOOM_TEST_BINARY).parent_path().string() + ":" + std::getenv("PATH")},
      {"OMP_NUM_THREADS", "1"}};
};

TEST_F(Shards, OfASlurmArrayOfWhichTwoTasksWereKilledAreOneBuildBitForBit) {
  const auto task = [](int id) { return Environment{{"SLURM_ARRAY_TASK_ID", std::to_string(id)}}; };
  for (const int id : {2, 7})
    EXPECT_TRUE(kill_once_begun(*started("exec bash build.sbatch", task(id)), shard(id, 8)));
  std::vector<std::unique_ptr<Worker>> tasks;
  for (const int id : {1, 3, 4, 5, 6, 8})
    tasks.push_back(started("exec bash build.sbatch", task(id)));
  for (const auto& worker : tasks)
    EXPECT_EQ(worker->status(), 0) << worker->output();
  const auto too_early = in_folder(recipe("merge"));
  EXPECT_THAT(too_early.err, AllOf(HasSubstr("2/8"), HasSubstr("missing")));
  // Finished ones among them, too: they are left as they are.
  for (const int id : {2, 7, 5})
    EXPECT_EQ(in_folder("exec bash build.sbatch", task(id)).status, 0);
  const auto merged = in_folder(recipe("merge"));
  EXPECT_EQ(merged.status, 0) << merged.err;
  expect_is_one_build();
}

class ShardsOfRecipes : public Shards, public ::testing::WithParamInterface<std::string> {};

TEST_P(ShardsOfRecipes, ThatWereKilledAreFinished) {
  if (run_shell("command -v " + GetParam()).status != 0) GTEST_SKIP() << "there is no " << GetParam();
  for (const int id : {3, 12}) {
    const auto worker = started(fmt::format("exec tagloom cache build --images photos --out photos.h5 {} "
                                            "--shard {}/16",
                                            kEncoder, id),
                                {});
    EXPECT_TRUE(kill_once_begun(*worker, shard(id, 16)));
  }
  const auto built = in_folder(recipe(GetParam()));
  ASSERT_EQ(built.status, 0) << built.err;
  const auto merged = in_folder("tagloom cache merge photos.h5 $(ls -r photos.*-of-16.h5)");
  EXPECT_EQ(merged.status, 0) << merged.err;
  expect_is_one_build();
}

INSTANTIATE_TEST_SUITE_P(EachOf, ShardsOfRecipes, ::testing::Values("parallel", "xargs"),
                         [](const auto& tool) { return tool.param; });

TEST_F(Shards, AreChosenByRankWhereALauncherStartedSeveralProcesses) {
  const std::string build = "tagloom cache build --images photos --out photos.h5 " + kEncoder;
  for (const int rank : {1, 0}) {
    const auto built = in_folder(build, {{"RANK", std::to_string(rank)}, {"WORLD_SIZE", "2"}});
    EXPECT_EQ(built.status, 0) << built.err;
    EXPECT_THAT(built.out, HasSubstr(fmt::format("Shard {}/2 by RANK", rank + 1)));
  }
  EXPECT_EQ(in_folder("tagloom cache merge photos.h5 photos.2-of-2.h5 photos.1-of-2.h5").status, 0);
  expect_is_one_build();
}

TEST_F(Shards, TrainAndAreEvaluatedWithoutAMergeAsWithOne) {
  const std::string build = "tagloom cache build --data " + journey().data + " --out photos.h5 " + kEncoder;
  EXPECT_EQ(in_folder(build + " --shard 1/2 && " + build + " --shard 2/2").status, 0);
  EXPECT_EQ(in_folder("tagloom cache merge merged.h5 photos.*-of-2.h5 && "
                      "tagloom cache merge --virtual virtual.h5 photos.*-of-2.h5")
                .status,
            0);
  const auto scores_of = [&](const std::string& caches) {
    const auto trained =
        in_folder("rm -f m.*; tagloom train --data " + journey().data + " " + caches +
                  " --out m.safetensors --epochs 2 --validation 0.2 --set decoder.hidden=16 && "
                  "tagloom evaluate m.safetensors --data " +
                  journey().data + " " + caches + " --json scores.json > /dev/null && cat scores.json");
    EXPECT_EQ(trained.status, 0) << trained.err;
    auto results = read_json(folder_ / "scores.json").at("results");
    for (auto& result : results) {
      result.erase("seconds");
      if (auto training = result.find("training"); training != result.end() && training->is_object())
        training->erase("train_seconds");
    }
    return results;
  };
  const auto merged = scores_of("--cache merged.h5");
  EXPECT_EQ(scores_of("--cache photos.2-of-2.h5 --cache photos.1-of-2.h5"), merged);
  EXPECT_EQ(scores_of("--cache virtual.h5"), merged);
}

TEST_F(Shards, AppendAddsNewImagesToAFinishedCacheAndRefusesOthersOfAnOldName) {
  const std::string append = "tagloom cache build --append --images photos --out photos.h5 " + kEncoder;
  const auto two_builds =
      in_folder("mkdir later && mv $(ls photos/* | head -20) later && " + append + " && mv later/* photos");
  ASSERT_EQ(two_builds.status, 0) << two_builds.err;
  const auto appended = in_folder(append);
  EXPECT_EQ(appended.status, 0) << appended.err;
  EXPECT_THAT(appended.out, HasSubstr("20 encoded"));
  expect_is_one_build();
  const auto other = in_folder("cp $(ls photos/* | head -1) $(ls photos/* | tail -1) && " + append);
  EXPECT_EQ(other.status, 3);
  EXPECT_THAT(other.err, AllOf(HasSubstr("is another image than"), HasSubstr("photos.h5")));
  expect_is_one_build();
}

}  // namespace
}  // namespace tagloom::testing
