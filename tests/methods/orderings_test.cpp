#include "built_plugins.hpp"
#include "registry/kinds/ordering.hpp"

#include <tagloom/conformance/ordering.hpp>
#include <tagloom/ordering.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace tagloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LabelStatistics kStatistics{.vocabulary = Vocabulary({"sky", "sea", "boat", "sun"}),
                                  .counts = {9, 4, 1, 4}};

std::vector<std::int64_t> ordered(const std::string& ordering, const std::vector<std::int64_t>& labels,
                                  const registry::Assignments& options = {}, std::uint64_t seed = 1) {
  Random random(seed);
  return testing::built_plugins()
      .create<Ordering>(ordering, options)
      .component->order(labels, kStatistics, random);
}

TEST(RareFirst, PutsTheLabelOfFewestTrainingImagesFirst) {
  EXPECT_THAT(ordered("rare_first", {0, 1, 2}), ElementsAre(2, 1, 0));
}

TEST(RareFirst, BreaksTiesByLabelIndex) {
  EXPECT_THAT(ordered("rare_first", {3, 0, 1}), ElementsAre(1, 3, 0));
}

TEST(RareFirst, CompatLeavesTiesAsAnnotated) {
  EXPECT_THAT(ordered("rare_first", {3, 0, 1}, {{"compat", "true"}}), ElementsAre(3, 1, 0));
}

TEST(FrequentFirst, PutsTheLabelOfMostTrainingImagesFirstAndBreaksTiesByIndex) {
  EXPECT_THAT(ordered("frequent_first", {3, 2, 1, 0}), ElementsAre(0, 1, 3, 2));
  EXPECT_THAT(ordered("frequent_first", {3, 2, 1, 0}, {{"compat", "true"}}), ElementsAre(0, 3, 1, 2));
}

TEST(Dictionary, SortsBySpelling) {
  EXPECT_THAT(ordered("dictionary", {0, 1, 2, 3}), ElementsAre(2, 1, 0, 3));
}

TEST(AsAnnotated, LeavesLabelsAsTheyAre) {
  EXPECT_THAT(ordered("as_annotated", {3, 0, 2}), ElementsAre(3, 0, 2));
}

TEST(Random, DrawsEveryOrderFromTheGivenGeneratorAlone) {
  std::set<std::vector<std::int64_t>> seen;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    seen.insert(ordered("random", {0, 1, 2}, {}, seed));
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_THAT(ordered("random", {0, 1, 2, 3}, {}, 1), ElementsAre(1, 2, 3, 0));
}

TEST(Orderings, KeepThePromisesOfTheirKind) {
  for (const char* name : {"rare_first", "frequent_first", "dictionary", "random", "as_annotated"})
    EXPECT_THAT(conformance::check_ordering(
                    [&] { return testing::built_plugins().create<Ordering>(name, {}).component; }),
                IsEmpty())
        << name;
}

}  // namespace
}  // namespace tagloom
