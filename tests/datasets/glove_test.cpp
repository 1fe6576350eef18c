#include "support/files.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/datasets/glove.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <minizip/zip.h>
#include <sstream>
#include <zlib.h>

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

TEST_F(GloveTest, ALineWithTheCountsAndBlankLinesArePassedOver) {
  const auto vectors = read("3 2\n\nsea 1 2 \n \nstop 1 1\r\n\r\nstart 1 1\n\n", Vocabulary({"sea"}));
  EXPECT_EQ(vectors.dimension, 2);
  EXPECT_THAT(row(vectors, 0), ElementsAre(1, 2));
}

TEST_F(GloveTest, ANumberIsAWordWhereTheOtherLinesSaySo) {
  EXPECT_THAT(row(read("5 3\nsea 1\n", Vocabulary({"5"})), 0), ElementsAre(3));
}

TEST_F(GloveTest, WordsMayHaveSpaces) {
  const std::string text =
      ". . . 9 9\nthe 0 0\nof 0 0\nsan francisco 1.5 2.5\nat name@domain.com 3 3\nsea 4.5 5\nwindows 95 0.5 "
      "0.5\n";
  const auto vectors = read(text, Vocabulary({"san francisco", "sea", "windows"}));
  EXPECT_THAT(row(vectors, 0), ElementsAre(1.5, 2.5));
  EXPECT_THAT(row(vectors, 1), ElementsAre(4.5, 5));
  EXPECT_THAT(vectors.missing, ElementsAre("windows", "stop", "start"));
}

TEST_F(GloveTest, MostWordsMayHaveSpaces) {
  const auto vectors = read("new york 1.5 2\nsan diego 3 4\nlos angeles 5 6\nsea 7 8\n", Vocabulary({"sea"}));
  EXPECT_THAT(row(vectors, 0), ElementsAre(7, 8));
}

TEST_F(GloveTest, TabsRunsOfSpacesAndAByteOrderMarkAreRead) {
  const auto vectors = read("\xef\xbb\xbfsea\t1\t2\nbear   3  4\nthe 0 0\n", Vocabulary({"sea", "bear"}));
  EXPECT_THAT(row(vectors, 0), ElementsAre(1, 2));
  EXPECT_THAT(row(vectors, 1), ElementsAre(3, 4));
}

TEST_F(GloveTest, SpacesAndTabsBeforeAWordAreNoPartOfIt) {
  const auto vectors = read(" sea 1 2\nbear 3 4\n\tthe 0 0\n  san francisco 5 6\n",
                            Vocabulary({"sea", "bear", "san francisco"}));
  EXPECT_THAT(row(vectors, 0), ElementsAre(1, 2));
  EXPECT_THAT(row(vectors, 1), ElementsAre(3, 4));
  EXPECT_THAT(row(vectors, 2), ElementsAre(5, 6));
  EXPECT_THAT(row(read("  3 2 \n\tsea 1 2\n the 0 0\n", Vocabulary({"sea"})), 0), ElementsAre(1, 2));
}

TEST_F(GloveTest, TheVectorOfTheBlankIsPassedOverAndAWordShortOfANumberIsNot) {
  EXPECT_THAT(row(read("the 0 0\n 1.5 2.5\nsea 1 2\n", Vocabulary({"sea"})), 0), ElementsAre(1, 2));
  expect_error("the 0 0\n sea 2\nland 1 2\n", "Line 2");
}

TEST_F(GloveTest, LinesMayEndWithCarriageReturnsAlone) {
  const auto vectors = read("2 2\rbear 3 4\rsea 1 2\r", Vocabulary({"sea", "bear"}));
  EXPECT_THAT(row(vectors, 0), ElementsAre(1, 2));
  EXPECT_THAT(row(vectors, 1), ElementsAre(3, 4));
  expect_error("the 0 0\rbear 3 4\rsea 1\r", "Line 3 of");
}

TEST_F(GloveTest, NumbersThatTrainingCannotBearAreRefusedWhereTheyStand) {
  expect_error("the 1 2\nsea 1 -1e38\n", "(\"sea\") holds the number -1e+38, far larger");
}

TEST_F(GloveTest, NumbersNextToZeroAreReadAndInfinityIsNot) {
  const auto vectors = read("sea 1e-46 -1e-40\nbear +1.5 1e-400\n", Vocabulary({"sea", "bear"}));
  EXPECT_EQ(row(vectors, 0)[0], 0.0F);
  EXPECT_FLOAT_EQ(row(vectors, 0)[1], -1e-40F);
  EXPECT_THAT(row(vectors, 1), ElementsAre(1.5, 0));
  expect_error("the 1 2\nsea 1e40 2\n", "Line 2");
  expect_error("the 1 2\nsea inf 2\n", "Line 2");
}

TEST_F(GloveTest, NamesTheLineThatIsMalformed) {
  expect_error("the 1 2\nsea 1 x\n", "Line 2");
  expect_error("the 1 2\nsea 1 2 3\n", "Line 2");
  expect_error("the 0.1 0.2\nsea 1.5 2.5 3.5\n", "Line 2");
  expect_error("the 1 2\nsea 1 nan\n", "Line 2");
  expect_error("the 1 2\nsea 1 2\nland 1\n", "has 1 number after its word, but 2 are usual there");
  expect_error("2 2\nsea 1 2\nland 1\n", "Line 3");
  expect_error("the\n", "Line 1");
  expect_error("{\"the\": [1, 2]}\n", "Line 1");
}

TEST_F(GloveTest, RefusesAFileWithoutAnyLabel) {
  expect_error("mer 1 2\nstop 1 2\n", "none of the 1 labels (its first word is \"mer\")");
  expect_error("SEA 1 2\n", "its first word is \"SEA\"");
  expect_error("\n\n", "holds no words");
  expect_error("5 2\n", "its first word is \"5\"");
  EXPECT_THROW((void)read_glove(folder_ / "absent.txt", Vocabulary({"sea"}), 7), DataError);
  EXPECT_THROW((void)read_glove(folder_.path(), Vocabulary({"sea"}), 7), DataError);
}

TEST_F(GloveTest, WhatIsNoTextIsCalledWhatItIs) {
  using namespace std::string_literals;
  expect_error("", "an empty file");
  expect_error("\n<!DOCTYPE html>\n<html>", "an HTML page");
  expect_error("3 2\nsea \0\0\x80\x3f\0\0\0\x40\n"s, "a binary word2vec file");
  expect_error("\xba\x16\x4f\x2f\x0c\0\0\0"s, "a binary fastText model");
  expect_error("\x93NUMPY\1\0v\0"s, "a NumPy array");
  expect_error("\x80\x04\x95 gensim", "a Python pickle");
  expect_error("\xff\xfes\0e\0a\0 \0"s, "UTF-16 text");
  expect_error("sea\0 1 2"s, "a binary file");
  expect_error(std::string(1U << 25U, 'x'), "megabytes");
}

TEST_F(GloveTest, GzipIsReadAndADamagedOneRefused) {
  const auto path = folder_ / "glove.txt.gz";
  const gzFile file = gzopen(path.c_str(), "wb");
  gzputs(file, kFile);
  gzclose(file);
  EXPECT_THAT(row(read_glove(path, Vocabulary({"sea"}), 7), 0), ElementsAre(1, 2));
  const std::string whole = tagloom::testing::read_text(path);
  expect_error(whole.substr(0, whole.size() - 9), "damaged gzip file");
  std::string flipped = whole;
  flipped[whole.size() - 6] ^= 1;  // of the checksum
  expect_error(flipped, "damaged gzip file");
}

class ZippedGloveTest : public GloveTest {
 protected:
  void archive(const std::vector<std::pair<std::string, std::string>>& files) {
    const zipFile zip = zipOpen(path_.c_str(), APPEND_STATUS_CREATE);
    for (const auto& [name, text] : files) {
      zipOpenNewFileInZip(zip, name.c_str(), nullptr, nullptr, 0, nullptr, 0, nullptr, Z_DEFLATED, 6);
      zipWriteInFileInZip(zip, text.data(), static_cast<unsigned>(text.size()));
      zipCloseFileInZip(zip);
    }
    zipClose(zip, nullptr);
  }

  std::string refusal(const std::filesystem::path& given) {
    try {
      (void)read_glove(given, vocabulary_, 7);
    } catch (const DataError& error) {
      return error.what();
    }
    return "read without an error";
  }

  std::filesystem::path path_ = folder_ / "glove.zip";
  Vocabulary vocabulary_{std::vector<std::string>{"sea"}};
};

TEST_F(ZippedGloveTest, AnArchivesFileIsReadAndOneOfSeveralIsNamed) {
  archive({{"__MACOSX/._a.txt", "x"}, {"a.txt", kFile}});
  EXPECT_THAT(row(read_glove(path_, vocabulary_, 7), 0), ElementsAre(1, 2));

  archive({{"a.txt", kFile}, {"b/c.txt", "sea 5 6\nthe 1 1\n"}});
  EXPECT_THAT(refusal(path_), HasSubstr("holds 2 files (a.txt, b/c.txt); name one of them, as in"));
  EXPECT_THAT(row(read_glove(path_ / "b" / "c.txt", vocabulary_, 7), 0), ElementsAre(5, 6));
  EXPECT_THAT(refusal(path_ / "d.txt"), HasSubstr("holds no file d.txt, but a.txt, b/c.txt"));

  std::string damaged = tagloom::testing::read_text(path_);
  damaged[14] ^= 1;  // of the first file's checksum, which its directory has, too
  write_text(path_, damaged);
  EXPECT_THAT(refusal(path_ / "a.txt"), HasSubstr("damaged zip archive"));
}

TEST_F(ZippedGloveTest, OneThatIsPackedByAnotherMethodOrEmptyIsNotCalledDamaged) {
  archive({{"a.txt", kFile}});
  const std::string deflated = tagloom::testing::read_text(path_);
  const std::size_t directory = deflated.rfind("PK\x01\x02");
  for (const auto& [method, name] : std::vector<std::pair<char, std::string>>{
           {9, "Deflate64"}, {12, "bzip2"}, {14, "LZMA"}, {93, "Zstandard"}, {77, "method 77"}}) {
    std::string other = deflated;
    other[8] = other[directory + 10] = method;
    write_text(path_, other);
    EXPECT_THAT(refusal(path_), HasSubstr("glove.zip is packed by " + name + ", which is not read; unpack"));
  }
  archive({});
  EXPECT_THAT(refusal(path_), HasSubstr("glove.zip is an empty zip archive"));
  EXPECT_THAT(refusal(path_ / "a.txt"), HasSubstr("glove.zip is an empty zip archive"));
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
