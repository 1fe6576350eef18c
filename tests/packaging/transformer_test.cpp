/// tests/external/transformer: a second decoder written outside the tree, with a state that grows.

#include "document.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace tagloom {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::ProcessResult;

TEST(KitTransformer, DoesWhatItsReadmeSays) {
  const testing::Installation kit;
  const fs::path project = kit.work() / "transformer";
  fs::copy(TAGLOOM_TEST_SOURCES "/tests/external/transformer", project);
  const auto commands = testing::blocks_of(project / "README.md");
  ASSERT_EQ(commands.size(), 2);
  const ProcessResult built = kit.run(project, commands[0].text);
  ASSERT_EQ(built.status, 0) << built.out << built.err;
  EXPECT_THAT(built.out, AllOf(HasSubstr("100% tests passed"), HasSubstr("transformer keeps all promises")));
  const ProcessResult trained = kit.run(project, testing::shortened(commands[1].text));
  ASSERT_EQ(trained.status, 0) << trained.out << trained.err;
  EXPECT_THAT(trained.out, HasSubstr("beam 3"));
  const ProcessResult mixed =
      kit.run(project,
              "tagloom train --data demo --cache demo.h5 --out mixed.safetensors "
              "--plugin-dir build --decoder transformer --precision bfloat16 --epochs 1");
  EXPECT_EQ(mixed.status, 0) << mixed.err;
  const ProcessResult exported =
      kit.run(project, "tagloom export mixed.safetensors --torchscript mixed.pt --plugin-dir build");
  EXPECT_EQ(exported.status, 0) << exported.err;
}

}  // namespace
}  // namespace tagloom
