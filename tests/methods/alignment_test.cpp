#include "built_plugins.hpp"
#include "registry/kinds/loss.hpp"

#include <tagloom/base/error.hpp>
#include <tagloom/conformance/loss.hpp>
#include <tagloom/loss.hpp>
#include <tagloom/nn/alignment.hpp>

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace tagloom {
namespace {

using Sequences = std::vector<std::vector<std::int64_t>>;
using testing::built_plugins;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Vocabulary kVocabulary({"sky", "sea", "boat", "sun", "sand", "tree"});

std::vector<std::int64_t> targets_of(const std::string& loss, const at::Tensor& logits,
                                     const Sequences& sequences, const registry::Assignments& options = {}) {
  const auto labels = make_label_batch(sequences, kVocabulary, logits.size(1));
  const at::Tensor row =
      built_plugins().create<Loss>(loss, options).component->targets(logits, labels)[0].contiguous();
  return {row.data_ptr<std::int64_t>(), row.data_ptr<std::int64_t>() + sequences[0].size() + 1};
}

/// One image whose step t gives its `tokens[t]` the most.
at::Tensor saying(const std::vector<std::int64_t>& tokens) {
  at::Tensor logits = at::zeros({1, static_cast<std::int64_t>(tokens.size()), kVocabulary.size() + 1});
  for (std::size_t t = 0; t < tokens.size(); ++t)
    logits[0][static_cast<std::int64_t>(t)][tokens[t]] = 5;
  return logits;
}

double total_cost(const std::vector<double>& cost, const std::vector<std::int64_t>& columns) {
  double total = 0;
  for (std::size_t row = 0; row < columns.size(); ++row)
    total += cost[row * columns.size() + static_cast<std::size_t>(columns[row])];
  return total;
}

TEST(MinimumCostAssignment, IsNeverDearerThanAnyPermutation) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (std::int64_t n = 1; n <= 6; ++n) {
    for (int round = 0; round < 50; ++round) {
      std::vector<double> cost(static_cast<std::size_t>(n * n));
      // Whole numbers every other time: ties.
      std::ranges::generate(cost,
                            [&] { return round % 2 == 0 ? normal(random) : std::round(2 * normal(random)); });
      const double found = total_cost(cost, minimum_cost_assignment(cost, n));
      std::vector<std::int64_t> permutation(static_cast<std::size_t>(n));
      std::iota(permutation.begin(), permutation.end(), 0);
      double least = total_cost(cost, permutation);
      while (std::ranges::next_permutation(permutation).found)
        least = std::min(least, total_cost(cost, permutation));
      EXPECT_NEAR(found, least, 1e-12) << n << " rows";
    }
  }
}

TEST(MinimumCostAssignment, OfNothingIsNothing) {
  EXPECT_THAT(minimum_cost_assignment({}, 0), IsEmpty());
}

/// The property that gives the loss its name.
TEST(Mla, IsNeverAboveTheLossOfAnyFixedOrder) {
  at::manual_seed(3);
  const auto mla = built_plugins().create<Loss>("mla", {}).component;
  const auto fixed = built_plugins().create<Loss>("cross_entropy", {}).component;
  for (int round = 0; round < 20; ++round) {
    const at::Tensor logits = at::randn({3, 6, kVocabulary.size() + 1}) * 3;
    Sequences sequences = {{5, 2, 0, 1}, {3, 1, 4}, {}};
    const double aligned =
        mla->compute(logits, make_label_batch(sequences, kVocabulary, 6)).total.item<double>();
    std::ranges::sort(sequences[0]);
    do {
      std::vector<std::int64_t> second = {1, 3, 4};
      do {
        sequences[1] = second;
        const auto labels = make_label_batch(sequences, kVocabulary, 6);
        EXPECT_LE(aligned, fixed->compute(logits, labels).total.item<double>() + 1e-6);
      } while (std::ranges::next_permutation(second).found);
    } while (std::ranges::next_permutation(sequences[0]).found);
  }
}

TEST(Mla, DoesNotDependOnTheGivenOrder) {
  const at::Tensor logits = saying({2, 0, 1, 6});
  EXPECT_THAT(targets_of("mla", logits, {{0, 1, 2}}), ElementsAre(2, 0, 1, 6));
  EXPECT_THAT(targets_of("mla", logits, {{1, 2, 0}}), ElementsAre(2, 0, 1, 6));
}

TEST(Mla, OutputsThatAreNoNumbersAreAnErrorAndNoEndlessSearch) {
  EXPECT_THROW(targets_of("mla", at::full({1, 4, 7}, std::nan("")), {{0, 1}}), NumericError);
}

TEST(Pla, PredictedLabelsStayWhereTheyWerePredictedFirst) {
  // sea (1) is predicted twice; the first place counts.
  EXPECT_THAT(targets_of("pla", saying({1, 1, 0, 6}), {{0, 1, 2}}), ElementsAre(1, 2, 0, 6));
}

TEST(Pla, WithoutACommonLabelItIsMla) {
  at::manual_seed(5);
  at::Tensor logits = at::randn({1, 5, kVocabulary.size() + 1});
  logits.select(2, 5).fill_(9);  // always tree, which the image lacks
  EXPECT_EQ(targets_of("pla", logits, {{0, 1, 2, 3}}), targets_of("mla", logits, {{0, 1, 2, 3}}));
}

TEST(Pla, ALabelPredictedAfterTheLastPlaceIsAlignedUnlessCompat) {
  // Two labels; boat (2) is predicted only at the third step, where no label can be.
  at::Tensor logits = saying({5, 5, 2, 2});
  logits[0][0][2] = 3;
  logits[0][1][0] = 3;
  EXPECT_THAT(targets_of("pla", logits, {{0, 2}}), ElementsAre(2, 0, 6));
  EXPECT_THAT(targets_of("pla", logits, {{0, 2}}, {{"compat", "true"}}), ElementsAre(0, 2, 6));
}

TEST(Alignment, LossesKeepThePromisesOfTheirKind) {
  for (const char* name : {"mla", "pla"})
    EXPECT_THAT(conformance::check_loss([&] { return built_plugins().create<Loss>(name, {}).component; }),
                IsEmpty())
        << name;
}

}  // namespace
}  // namespace tagloom
