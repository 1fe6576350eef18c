/// README's first commands, in an installation.

#include "document.hpp"
#include "installation.hpp"
#include "places.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>

namespace tagloom {
namespace {

TEST(KitReadme, ItsCommandsForThePackageDrawTrainScoreAndTagPictures) {
  const auto blocks = testing::blocks_of(TAGLOOM_TEST_SOURCES "/README.md");
  const auto journey = std::ranges::find_if(blocks, [](const testing::Block& block) {
    return block.text.find("tagloom annotate demo/") != std::string::npos;
  });
  ASSERT_NE(journey, blocks.end());
  const testing::Installation installation;
  const std::filesystem::path folder = installation.work();
  const testing::ProcessResult result = installation.run(folder, journey->text);
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  EXPECT_GT(std::filesystem::file_size(folder / "demo/tagged.png"), 10000U);
}

}  // namespace
}  // namespace tagloom
