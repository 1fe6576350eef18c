#include "results/differences.hpp"

#include "result_world.hpp"
#include "results/difference_text.hpp"
#include "support/files.hpp"

#include <tagloom/base/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace tagloom::results {
namespace {

using ::testing::AllOf;
using testing::file_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SmallResult;
using testing::TemporaryFolder;

/// Many images; the second result never says "tree", and is right otherwise.
std::vector<SmallResult> two_results() {
  SmallResult right = {.model = "right.safetensors", .truth = {}, .said = {}};
  for (int i = 0; i < 60; ++i)
    right.truth[std::to_string(i)] =
        i % 3 == 0 ? std::vector<std::string>{"sky", "tree"} : std::vector<std::string>{"sea"};
  right.said = right.truth;
  SmallResult treeless = right;
  treeless.model = "treeless.safetensors";
  for (auto& [image, labels] : treeless.said)
    std::erase(labels, "tree");
  return {right, treeless};
}

Differences differing(const CompareOptions& options = {.draws = 200}) {
  const TemporaryFolder folder;
  return differences({file_of(folder, "a.json", two_results())}, options);
}

std::string refusal(const std::vector<SmallResult>& results, const CompareOptions& options) {
  const TemporaryFolder folder;
  try {
    (void)differences({file_of(folder, "a.json", results)}, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Differences, AreOfEveryFigureAndEveryLabelTheLargestFirst) {
  const Differences all = differing();
  ASSERT_EQ(all.others.size(), 1U);
  const Against& treeless = all.others[0];
  EXPECT_EQ(all.reference, "right");
  EXPECT_EQ(treeless.name, "treeless");
  EXPECT_EQ(treeless.figures.size(), 12U);
  EXPECT_EQ(treeless.figures.back().name, "map");
  ASSERT_EQ(treeless.labels.size(), 3U);
  EXPECT_EQ(all.vocabulary.label(treeless.labels[0].label), "tree");
  EXPECT_EQ(treeless.labels[0].images, 20);
  EXPECT_NEAR(treeless.labels[0].f1.difference, -1, 1e-6);
  EXPECT_LT(treeless.labels[0].f1.high, 0);
  EXPECT_EQ(treeless.labels[1].f1.difference, 0);
}

TEST(Differences, AreFromTheResultThatIsNamed) {
  const Differences all = differing({.against = "treeless.safetensors", .draws = 100});
  EXPECT_EQ(all.reference, "treeless");
  EXPECT_GT(all.others[0].labels[0].f1.difference, 0);
  EXPECT_THAT(refusal(two_results(), {.against = "third"}),
              AllOf(HasSubstr("third is none"), HasSubstr("right; treeless")));
}

TEST(Differences, NeedTwoResultsOfTheSplit) {
  EXPECT_THAT(refusal({two_results()[0]}, {}), HasSubstr("only one result"));
  EXPECT_THAT(refusal(two_results(), {.split = "train"}), HasSubstr("no result of the split train"));
}

TEST(Differences, AreCertainByTheIntervalAndPTogether) {
  EXPECT_TRUE((statistics::Difference{.low = 0.01, .high = 0.2, .p = 0.04}.is_certain(0.95)));
  EXPECT_FALSE((statistics::Difference{.low = 0.01, .high = 0.2, .p = 0.0635}.is_certain(0.95)));
  EXPECT_FALSE((statistics::Difference{.low = -0.01, .high = 0.2, .p = 0.04}.is_certain(0.95)));
}

TEST(DifferenceText, HasNoMinusZeroAndNoStarWhereIntervalAndPContradict) {
  Differences all = differing();
  all.others[0].figures = {
      {"n_plus", {.first = 3, .second = 2, .difference = -1, .low = -1, .high = -0.4, .p = 0.0635}}};
  all.others[0].labels.clear();
  EXPECT_THAT(to_text(all, {}, 80), AllOf(HasSubstr("-1 to 0  0.0635\n"), Not(HasSubstr("-0"))));
  EXPECT_EQ(to_json(all).at("others")[0].at("figures").at("n_plus").at("differs"), false);
  all.others[0].figures[0].value.p = 0.01;
  EXPECT_THAT(to_text(all, {}, 80), HasSubstr("0.0100 *\n"));
}

TEST(DifferenceText, FitsTheTerminal) {
  const Differences all = differing();
  for (const int columns : {60, 80, 120}) {
    std::istringstream lines(to_text(all, {}, columns));
    for (std::string line; std::getline(lines, line);)
      EXPECT_LE(line.size(), static_cast<std::size_t>(columns)) << line;
  }
}

TEST(DifferenceText, ListsTheLabelsThatDifferOrAll) {
  const Differences all = differing();
  EXPECT_THAT(to_text(all, {}, 80),
              AllOf(HasSubstr("tree (20)"), Not(HasSubstr("sea (40)")), HasSubstr("1 differs")));
  EXPECT_THAT(to_text(all, {.all = true}, 80), HasSubstr("sea (40)"));
}

TEST(DifferenceText, HasATableInMarkdownWhateverLabelsAreCalled) {
  auto results = two_results();
  for (SmallResult& result : results) {
    result.vocabulary = {"sky", "sea", "a|b"};
    for (auto* const labels : {&result.truth, &result.said})
      for (auto& [image, names] : *labels)
        std::ranges::replace(names, std::string("tree"), std::string("a|b"));
  }
  const TemporaryFolder folder;
  const Differences all = differences({file_of(folder, "a.json", results)}, {.draws = 100});
  EXPECT_THAT(to_markdown(all, {}), AllOf(HasSubstr("| per class F1 | "), HasSubstr("| a\\|b (20) | ")));
}

TEST(DifferenceJson, HoldsAllLabels) {
  const auto document = to_json(differing());
  const auto& other = document.at("others").at(0);
  EXPECT_EQ(other.at("f1_of_labels").size(), 3U);
  EXPECT_EQ(other.at("f1_of_labels").at("tree").at("images"), 20);
  EXPECT_LT(other.at("figures").at("micro.recall").at("high"), 0);
}

}  // namespace
}  // namespace tagloom::results
