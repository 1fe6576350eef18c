/// The caches that an experiment builds at paths of the user's choosing.

#include "commands/lines/cache.hpp"
#include "commands/lines/dataset.hpp"
#include "commands/lines/evaluate.hpp"
#include "commands/lines/train.hpp"
#include "experiment/inputs.hpp"
#include "experiment/read_experiment.hpp"
#include "support/files.hpp"
#include "training_world.hpp"

#include <tagloom/base/error.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace tagloom::experiment {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class ExperimentInputs : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directory(folder_ / "x.results"); }

  /// With so many pixels a side for the encoder.
  Experiment of(int image_size) {
    testing::write_text(folder_ / "x.toml", fmt::format(R"(
[data.pictures]
path = "{}"
[cache.features]
path = "features.h5"
[cache.features.build]
set.encoder.image_size = {}
[[method]]
name = "ria"
)",
                                                        training::world().data().string(), image_size));
    return read_experiment(folder_ / "x.toml", folder_.path(), "",
                           {.demo = options::options_of(commands::dataset_demo_line().table),
                            .build = options::options_of(commands::cache_build_line().table),
                            .train = options::options_of(commands::train_line().table),
                            .evaluate = options::options_of(commands::evaluate_line().table)});
  }

  /// What the experiment says of the cache; empty if it takes it.
  std::string answer(int image_size) {
    const Experiment experiment = of(image_size);
    Identities identities;
    try {
      Inputs(experiment, identities).require_files({});
    } catch (const DataError& error) {
      return error.what();
    }
    return {};
  }

  void build(int image_size) {
    const Experiment experiment = of(image_size);
    Identities identities;
    Inputs inputs(experiment, identities);
    const auto step = inputs.next_step();
    ASSERT_TRUE(step) << "the cache is there";
    write(/*flipped=*/false);
    step->finish({});
  }
  void write(bool flipped) {
    training::write_world_cache(training::world().data(), folder_ / "features.h5",
                                {.flipped = flipped, .image = [](const std::string& name) {
                                   return training::CachedImage{.hash = name};
                                 }});
  }

  const TemporaryFolder folder_;
};

TEST_F(ExperimentInputs, ACacheThatWasBuiltByOtherOptionsIsRefused) {
  build(224);
  EXPECT_EQ(answer(224), "");
  EXPECT_THAT(answer(448), AllOf(HasSubstr("the cache features at"), HasSubstr("features.h5"),
                                 HasSubstr("was built by other options"), HasSubstr("delete it")));
  std::filesystem::remove(folder_ / "features.h5");
  EXPECT_EQ(answer(448), "") << "it is built anew";
  write(/*flipped=*/true);
  EXPECT_EQ(answer(448), "") << "that is another one";
}

TEST_F(ExperimentInputs, ACacheThatTheExperimentDidNotBuildIsTakenAsItIs) {
  write(/*flipped=*/false);
  EXPECT_EQ(answer(224), "");
  EXPECT_EQ(answer(448), "");
}

}  // namespace
}  // namespace tagloom::experiment
