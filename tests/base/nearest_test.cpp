#include <tagloom/base/nearest.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tagloom {
namespace {

const std::vector<std::string>& commands() {
  static const std::vector<std::string> all = {"cache", "train", "evaluate", "man", "cache build"};
  return all;
}

TEST(Nearest, CountsLettersThatAreMissingTooManyWrongOrExchanged) {
  EXPECT_EQ(typing_errors("train", "train"), 0U);
  EXPECT_EQ(typing_errors("trin", "train"), 1U);
  EXPECT_EQ(typing_errors("traiin", "train"), 1U);
  EXPECT_EQ(typing_errors("trayn", "train"), 1U);
  EXPECT_EQ(typing_errors("trian", "train"), 1U);
  EXPECT_EQ(typing_errors("", "train"), 5U);
  EXPECT_EQ(typing_errors("train", ""), 5U);
  EXPECT_EQ(typing_errors("rtian", "train"), 2U);
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("trian", commands()), "train");
  EXPECT_EQ(nearest("evalute", commands()), "evaluate");
  EXPECT_EQ(nearest("cache biuld", commands()), "cache build");
  EXPECT_EQ(nearest("TRAIN", commands()), "train");
}

TEST(Nearest, FindsNothingWhereEveryLetterWouldBeAnother) {
  EXPECT_EQ(nearest("zip", commands()), "");
  EXPECT_EQ(nearest("", commands()), "");
  EXPECT_EQ(nearest("trim", commands()), "");
  EXPECT_EQ(nearest(std::string(100'000, 'a'), commands()), "");
}

TEST(Nearest, ASuggestionStandsInBracketsBehindTheWrongWord) {
  EXPECT_EQ(did_you_mean("trian", commands()), " (did you mean \"train\"?)");
  EXPECT_EQ(did_you_mean("zip", commands()), "");
}

}  // namespace
}  // namespace tagloom
