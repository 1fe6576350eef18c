/// docs/writing-a-plugin.md, followed to the letter.

#include "tutorial.hpp"

#include "places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

TEST(KitTutorial, IsWhatHappens) {
  const testing::Installation kit;
  testing::Tutorial tutorial(kit);
  const auto blocks = testing::blocks_of(TAGLOOM_TEST_SOURCES "/docs/writing-a-plugin.md");
  ASSERT_FALSE(blocks.empty());
  for (const testing::Block& block : blocks) {
    const std::string wrong = tutorial.follow(block);
    ASSERT_TRUE(wrong.empty()) << "docs/writing-a-plugin.md, line " << block.line << ": " << wrong;
  }
}

}  // namespace
}  // namespace tagloom
