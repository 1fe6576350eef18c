/// A cache whose bytes changed since they were written, as a failing disk or a bad copy leaves them.

#include "journey.hpp"
#include "support/files.hpp"
#include "tagloom_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::journey;
using testing::run_tagloom;
namespace fs = std::filesystem;

/// A copy of the journey's cache in which a bit of the last image's features, which is a test image's, is
/// another.
class ChangedFeatures : public ::testing::Test {
 protected:
  ChangedFeatures() {
    std::string bytes = testing::read_text(journey().cache);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    testing::write_text(cache_, bytes);
  }

  static auto says_so() {
    return AllOf(HasSubstr("the features of image "), HasSubstr("c.h5 are damaged"),
                 HasSubstr("copy or build it again"), HasSubstr("`tagloom cache verify`"));
  }

  testing::TemporaryFolder folder_;
  const std::string cache_ = folder_ / "c.h5";
};

TEST_F(ChangedFeatures, EvaluateAndItsJsonSaySo) {
  const auto scored = run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", cache_,
                                   "--json", folder_ / "scores.json"});
  EXPECT_EQ(scored.status, 3);
  EXPECT_THAT(scored.err, says_so());
  const std::string failure = testing::read_json(folder_ / "scores.json").at("failures").at(0);
  EXPECT_THAT(failure, says_so());
}

TEST_F(ChangedFeatures, VerifyNamesThemAndRepairMendsThem) {
  const auto verified = run_tagloom({"cache", "verify", cache_});
  EXPECT_EQ(verified.status, 3);
  EXPECT_THAT(verified.out, HasSubstr("those of 1 are not:\n  row "));
  EXPECT_THAT(verified.err, AllOf(HasSubstr("c.h5 is damaged"), HasSubstr("`tagloom cache repair`")));
  const auto as_json = run_tagloom({"cache", "verify", cache_, "--json"});
  EXPECT_EQ(as_json.status, 3);
  EXPECT_EQ(nlohmann::json::parse(as_json.out).at("damaged").at(0).at("damage"), "changed");
  const auto repaired = run_tagloom({"cache", "repair", cache_, "--data", journey().data});
  EXPECT_EQ(repaired.status, 0) << repaired.err;
  EXPECT_THAT(repaired.out, HasSubstr("the features of 1 of "));
  EXPECT_TRUE(testing::read_text(cache_) == testing::read_text(journey().cache)) << "other bytes";
  EXPECT_EQ(run_tagloom({"cache", "verify", cache_}).status, 0);
}

TEST_F(ChangedFeatures, DiffTellsEqualFromOtherCachesAsDiffDoes) {
  EXPECT_EQ(run_tagloom({"cache", "diff", journey().cache, journey().cache}).status, 0);
  const std::string imported = folder_ / "imported.h5";
  const auto made =
      run_tagloom({"cache", "import", "--pooled", journey().cache, "--pooled-key", "features/pooled",
                   "--names-key", "images/name", "--encoder", "mine", "--out", imported});
  EXPECT_EQ(made.status, 0) << made.err;
  const auto other = run_tagloom({"cache", "diff", journey().cache, imported});
  EXPECT_EQ(other.status, 1);
  EXPECT_THAT(other.out, HasSubstr("imported:mine here"));
  EXPECT_EQ(run_tagloom({"cache", "diff", journey().cache, cache_}).status, 3);
  const auto listed = run_tagloom({"cache", "ls", imported});
  EXPECT_EQ(listed.out, run_tagloom({"cache", "ls", journey().cache}).out);
}

TEST_F(ChangedFeatures, ATrainingThatMeetsThemKeepsItsStepsAndGoesOnWithAWholeCopy) {
  auto train = journey().train(folder_ / "m.safetensors");
  train[4] = cache_;
  train.insert(train.end(), {"--select-on", "test"});
  const auto ended = run_tagloom(train);
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.err, AllOf(says_so(), HasSubstr("The steps before it are kept: add --resume")));
  fs::copy_file(journey().cache, cache_, fs::copy_options::overwrite_existing);
  train.emplace_back("--resume");
  const auto resumed = run_tagloom(train);
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_THAT(resumed.out, HasSubstr("Resuming in epoch 1, after "));
}

}  // namespace
}  // namespace tagloom
