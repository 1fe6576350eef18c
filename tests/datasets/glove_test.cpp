#include "support/files.hpp"

#include <tagloom/datasets/glove.hpp>
#include <tagloom/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tagloom::datasets {
namespace {

using tagloom::testing::shared_file;
using tagloom::testing::TemporaryFolder;
using tagloom::testing::write_text;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kFile =
    "the 9 9\nsea 1 2\npolar -1 0.5\nbear 3 1.5\nclose-up 4 4\nclose 0 0\nstop 5 6\nstart 7e0 8\nsea 100 "
    "100\n";

class GloveTest : public ::testing::Test {
 protected:
  WordVectors read(const std::string& text, const Vocabulary& vocabulary, std::uint64_t seed = 7) {
    write_text(folder_ / "glove.txt", text);
    return read_glove(folder_ / "glove.txt", vocabulary, seed);
  }

  void expect_error(const std::string& text, const char* sentence) {
    try {
      (void)read(text, Vocabulary({"sea"}));
      FAIL() << "read without an error";
    } catch (const DataError& error) {
      EXPECT_THAT(error.what(), HasSubstr(sentence));
    }
  }

  TemporaryFolder folder_;
};

std::vector<float> row(const WordVectors& vectors, std::size_t index) {
  const auto length = static_cast<std::size_t>(vectors.dimension);
  const auto begin = vectors.values.begin() + static_cast<std::ptrdiff_t>(index * length);
  return {begin, begin + vectors.dimension};
}

TEST_F(GloveTest, RowsAreLabelsThenStopThenStart) {
  const auto vectors = read(kFile, Vocabulary({"bear", "sea"}));
  EXPECT_EQ(vectors.dimension, 2);
  EXPECT_THAT(vectors.values, ElementsAre(3, 1.5, 1, 2, 5, 6, 7, 8));
  EXPECT_THAT(vectors.missing, IsEmpty());
}

TEST_F(GloveTest, ALabelOfSeveralWordsIsTheMeanOfThoseFound) {
  const auto vectors = read(kFile, Vocabulary({"polar bear", "polar_bear", "Polar-Bear", "brown bear"}));
  for (const std::size_t label : {0U, 1U, 2U})
    EXPECT_THAT(row(vectors, label), ElementsAre(1, 1));
  EXPECT_THAT(row(vectors, 3), ElementsAre(3, 1.5));
  EXPECT_THAT(vectors.missing, IsEmpty());
}

TEST_F(GloveTest, TheWholeLabelComesBeforeItsWords) {
  EXPECT_THAT(row(read(kFile, Vocabulary({"close-up"})), 0), ElementsAre(4, 4));
}

TEST_F(GloveTest, AMissingLabelIsDrawnFromTheSeedAndReported) {
  const Vocabulary vocabulary({"sea", "xylograph"});
  const auto vectors = read(kFile, vocabulary);
  EXPECT_THAT(vectors.missing, ElementsAre("xylograph"));
  EXPECT_EQ(vectors.values, read(kFile, vocabulary).values);
  EXPECT_NE(vectors.values, read(kFile, vocabulary, 8).values);
  EXPECT_NE(row(vectors, 1), row(vectors, 0));
}

TEST_F(GloveTest, AcceptsWindowsLineEndsAndTrailingSpaces) {
  EXPECT_THAT(row(read("sea 1 2 \r\nstop 1 1\r\n", Vocabulary({"sea"})), 0), ElementsAre(1, 2));
}

TEST_F(GloveTest, NamesTheLineThatIsMalformed) {
  expect_error("the 1 2\nsea 1 x\n", "Line 2");
  expect_error("the 1 2\nsea 1 2 3\n", "Line 2");
  expect_error("the 1 2\nsea 1 nan\n", "Line 2");
  expect_error("the 1 2\nsea 1  2\n", "Line 2");
  expect_error("the 1 2\nsea 1 2\nland 1\n", "Line 3");
  expect_error("the\n", "Line 1");
}

TEST_F(GloveTest, RefusesAFileWithoutAnyLabel) {
  expect_error("mer 1 2\nstop 1 2\n", "none of the 1 labels");
  expect_error("", "none of the 1 labels");
  EXPECT_THROW((void)read_glove(folder_ / "absent.txt", Vocabulary({"sea"}), 7), DataError);
}

TEST(Glove, TheRealFileCoversCorel5k) {
  const auto path = shared_file("data/corel5k/glove.corel5k.300d.txt");
  const auto list = shared_file("data/corel5k/vocabulary.txt");
  if (path.empty() || list.empty()) GTEST_SKIP() << "no folder shared/data/corel5k";
  std::vector<std::string> labels;
  std::istringstream lines(tagloom::testing::read_text(list));
  for (std::string line; std::getline(lines, line);)
    labels.push_back(line);
  const auto vectors = read_glove(path, Vocabulary(labels), 7);
  EXPECT_EQ(vectors.dimension, 300);
  EXPECT_EQ(vectors.values.size(), 262U * 300U);
  EXPECT_THAT(vectors.missing, IsEmpty());
  EXPECT_FLOAT_EQ(row(vectors, 260)[0], 0.80465F);
  EXPECT_FLOAT_EQ(row(vectors, 261)[0], 0.254F);
}

}  // namespace
}  // namespace tagloom::datasets
