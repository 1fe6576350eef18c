/// How the documents that tests follow are read, and what counts as equal to what they say.

#include "document.hpp"

#include "support/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace tagloom {
namespace {

using testing::difference;
using ::testing::HasSubstr;

std::vector<testing::Block> blocks_in(const std::string& text) {
  const testing::TemporaryFolder folder;
  testing::write_text(folder / "document.md", text);
  return testing::blocks_of(folder / "document.md");
}

TEST(Document, IsItsBlocksWithTheirLanguageAndWhatFollowsIt) {
  const auto blocks =
      blocks_in("Type\n\n```sh\nls\npwd\n```\n\nand write\n\n```cpp  a.cpp\nint a;\n```\n```\nx\n```\n");
  ASSERT_EQ(blocks.size(), 3);
  EXPECT_EQ(blocks[0].language, "sh");
  EXPECT_EQ(blocks[0].argument, "");
  EXPECT_EQ(blocks[0].text, "ls\npwd\n");
  EXPECT_EQ(blocks[0].line, 3);
  EXPECT_EQ(blocks[1].language, "cpp");
  EXPECT_EQ(blocks[1].argument, "a.cpp");
  EXPECT_EQ(blocks[2].language, "");
}

TEST(Document, MustEndItsBlocks) {
  EXPECT_THROW(blocks_in("```sh\nls\n"), std::runtime_error);
}

TEST(Document, SaysLinesThatArePrintedOneByOne) {
  EXPECT_EQ(difference("a (1)\nb\n", "a (1)\nb\n"), "");
  EXPECT_THAT(difference("a\nb\n", "a\nc\n"), HasSubstr("there is no line \"b\""));
  EXPECT_THAT(difference("a\n", "a\nb\n"), HasSubstr("more was printed"));
  EXPECT_THAT(difference("a\nb\n", "a\n"), HasSubstr("there is no line \"b\""));
  EXPECT_THAT(difference("100% passed", "80% passed"), HasSubstr("no line"));
  EXPECT_EQ(difference("", ""), "");
}

TEST(Document, LeavesOutLinesAndPartsOfThem) {
  EXPECT_EQ(difference("...\nb\n...\nd\n", "a\na\nb\nd\n"), "");
  EXPECT_EQ(difference("a\n...\n", "a\n"), "");
  EXPECT_EQ(difference("...\nb\n", "b\na\nb\n"), "");
  EXPECT_EQ(difference("in ... and ... others", "in 0:01 and 2 others"), "");
  EXPECT_THAT(difference("...\nb\n...\nc\n", "a\nb\nd\n"), HasSubstr("there is no line \"c\""));
}

TEST(Document, LeavesDecimalsAndSpacesToTheMachine) {
  EXPECT_EQ(difference("loss 2.9560  lr 9.33e-04", "loss 12.1   lr 1.5"), "");
  EXPECT_THAT(difference("N+ 4", "N+ 5"), HasSubstr("no line"));
  EXPECT_THAT(difference("loss 1.5", "loss nan"), HasSubstr("no line"));
  EXPECT_EQ(difference("a  b", "a b  "), "");
}

}  // namespace
}  // namespace tagloom
