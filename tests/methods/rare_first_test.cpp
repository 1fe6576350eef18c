#include "built_plugins.hpp"

#include <tagloom/conformance.hpp>
#include <tagloom/ordering.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tagloom {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LabelStatistics kStatistics{.vocabulary = Vocabulary({"sky", "sea", "boat", "sun"}),
                                  .counts = {9, 4, 1, 4}};

std::vector<std::int64_t> ordered(const std::vector<std::int64_t>& labels,
                                  const plugins::Assignments& options = {}) {
  std::mt19937_64 generator(1);
  return testing::built_plugins()
      .ordering("rare_first", options)
      .component->order(labels, kStatistics, generator);
}

TEST(RareFirst, PutsTheLabelOfFewestTrainingImagesFirst) {
  EXPECT_THAT(ordered({0, 1, 2}), ElementsAre(2, 1, 0));
}

TEST(RareFirst, BreaksTiesByLabelIndex) {
  EXPECT_THAT(ordered({3, 0, 1}), ElementsAre(1, 3, 0));
}

TEST(RareFirst, CompatLeavesTiesAsAnnotated) {
  EXPECT_THAT(ordered({3, 0, 1}, {{"compat", "true"}}), ElementsAre(3, 1, 0));
}

TEST(RareFirst, KeepsThePromisesOfAnOrdering) {
  EXPECT_THAT(conformance::check_ordering(*testing::built_plugins().ordering("rare_first", {}).component),
              IsEmpty());
}

}  // namespace
}  // namespace tagloom
