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

TEST_F(ChangedFeatures, EvaluateItsJsonAndVerifySaySo) {
  const auto scored = run_tagloom({"evaluate", journey().model, "--data", journey().data, "--cache", cache_,
                                   "--json", folder_ / "scores.json"});
  EXPECT_EQ(scored.status, 3);
  EXPECT_THAT(scored.err, says_so());
  const std::string failure = testing::read_json(folder_ / "scores.json").at("failures").at(0);
  EXPECT_THAT(failure, says_so());
  const auto verified = run_tagloom({"cache", "verify", cache_});
  EXPECT_EQ(verified.status, 3);
  EXPECT_THAT(verified.err, says_so());
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
