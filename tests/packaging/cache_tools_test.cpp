/// docs/cache-tools.md's Python and commands, typed one after the other into a folder.

#include "document.hpp"
#include "end_to_end/tagloom_process.hpp"
#include "places.hpp"
#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace tagloom {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

bool python_has(const std::string& module) {
  return testing::run_program("python3", {"-c", "import " + module}).status == 0;
}

class CacheToolsDocument : public ::testing::Test {
 protected:
  /// What a block of the page prints.
  std::string typed(const testing::Block& block) {
    const bool is_python = block.language == "python";
    const fs::path script = folder_ / "typed";
    testing::write_text(script, block.text);
    const std::string path = fs::path(TAGLOOM_TEST_BINARY).parent_path().string();
    const auto result = testing::run_shell("cd '" + folder_.path().string() + "' && PATH='" + path +
                                           "':\"$PATH\" " + (is_python ? "python3" : "sh -e") + " ./typed");
    EXPECT_EQ(result.status, 0) << block.text << result.err;
    return result.out;
  }

  TemporaryFolder folder_;
};

TEST_F(CacheToolsDocument, ItsPythonAndCommandsWork) {
  if (!python_has("numpy")) GTEST_SKIP() << "python3 has no numpy";
  const bool with_h5py = python_has("h5py");
  std::string printed;
  int typed_blocks = 0;
  for (const testing::Block& block : testing::blocks_of(TAGLOOM_TEST_SOURCES "/docs/cache-tools.md")) {
    const bool is_of_h5py =
        block.text.find("h5py") != std::string::npos || block.text.find("dino.h5") != std::string::npos;
    if ((block.language != "python" && block.language != "sh") || (is_of_h5py && !with_h5py)) continue;
    printed += typed(block);
    ++typed_blocks;
  }
  EXPECT_GE(typed_blocks, 4);
  EXPECT_THAT(printed, HasSubstr("3 images in clip.h5"));
  EXPECT_THAT(printed, HasSubstr("'city/1.jpg': "));
  if (!with_h5py) GTEST_SKIP() << "python3 has no h5py: the page's block that needs it was left out";
  EXPECT_THAT(printed, HasSubstr("3 images in dinov2.h5"));
}

}  // namespace
}  // namespace tagloom
