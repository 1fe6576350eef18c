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

struct Aligned {
  at::Tensor targets;
  double loss;
};

/// On the host, and as a recorded step does it: by tensor operations, without the sequences.
std::pair<Aligned, Aligned> aligned_both_ways(const Loss& loss, const at::Tensor& logits, LabelBatch labels) {
  const auto aligned = [&] {
    return Aligned{loss.targets(logits, labels).masked_fill(labels.mask().logical_not(), -1),
                   loss.compute(logits, labels).total.item<double>()};
  };
  Aligned on_host = aligned();
  labels.sequences.clear();
  return {std::move(on_host), aligned()};
}

Sequences random_sequences(std::int64_t images, std::int64_t most_labels, std::mt19937& random) {
  Sequences sequences;
  for (std::int64_t image = 0; image < images; ++image) {
    std::vector<std::int64_t> labels(40);
    std::iota(labels.begin(), labels.end(), 0);
    std::ranges::shuffle(labels, random);
    labels.resize(random() % static_cast<std::size_t>(most_labels + 1));
    sequences.push_back(labels);
  }
  return sequences;
}

const Vocabulary& forty_labels() {
  static const Vocabulary made = [] {
    std::vector<std::string> names;
    for (int i = 0; i < 40; ++i)
      names.push_back("label" + std::to_string(i));
    return Vocabulary(names);
  }();
  return made;
}

/// Logits of which many steps say a label of the image, at its place, at another, twice, or after the last.
at::Tensor random_logits(const LabelBatch& labels, double certainty) {
  const std::int64_t steps = labels.targets.size(1);
  const at::Tensor said = labels.targets.gather(1, at::randint(steps, labels.targets.sizes()));
  return at::randn({labels.batch(), steps, 41})
      .scatter_add(2, said.unsqueeze(2), at::rand({labels.batch(), steps, 1}) * certainty);
}

TEST(Alignment, TensorOperationsFindWhatTheHostFinds) {
  at::manual_seed(11);
  std::mt19937 random(11);
  for (const auto& [name, options] : {std::pair<std::string, registry::Assignments>("mla", {}),
                                      {"pla", {}},
                                      {"pla", {{"compat", "true"}}}}) {
    const auto loss = built_plugins().create<Loss>(name, options).component;
    for (const std::int64_t steps : {1, 2, 6, 9, 14, 20}) {
      for (const double certainty : {0.0, 4.0, 30.0}) {
        const auto labels = make_label_batch(random_sequences(64, steps - 1, random), forty_labels(), steps);
        const auto [host, tensors] = aligned_both_ways(*loss, random_logits(labels, certainty), labels);
        EXPECT_TRUE(host.targets.equal(tensors.targets)) << name << ", " << steps << " steps, " << certainty;
        EXPECT_EQ(host.loss, tensors.loss);
      }
    }
  }
}

/// Which of equally cheap targets are taken is each one's own.
TEST(Alignment, TiesCostTheSameBothWays) {
  at::manual_seed(12);
  std::mt19937 random(12);
  for (const char* name : {"mla", "pla"}) {
    const auto loss = built_plugins().create<Loss>(name, {}).component;
    for (const std::int64_t steps : {3, 6, 14}) {
      const auto labels = make_label_batch(random_sequences(64, steps - 1, random), forty_labels(), steps);
      const at::Tensor logits = random_logits(labels, 6).round();
      const auto [host, tensors] = aligned_both_ways(*loss, logits, labels);
      EXPECT_NEAR(host.loss, tensors.loss, 1e-6) << name << ", " << steps << " steps";
    }
  }
}

TEST(Alignment, InTensorsOutputsThatAreNoNumbersMakeALossThatIsNone) {
  auto labels = make_label_batch(Sequences{{0, 1}, {2}}, kVocabulary, 4);
  labels.sequences.clear();
  for (const char* name : {"mla", "pla"}) {
    const auto loss = built_plugins().create<Loss>(name, {}).component;
    const at::Tensor logits = at::full({2, 4, 7}, std::nan(""));
    EXPECT_TRUE(std::isnan(loss->compute(logits, labels).total.item<double>())) << name;
    const at::Tensor targets = loss->targets(logits, labels);
    EXPECT_TRUE(targets.ge(0).logical_and(targets.le(kVocabulary.size())).all().item<bool>()) << name;
  }
}

TEST(Alignment, LossesKeepThePromisesOfTheirKind) {
  for (const char* name : {"mla", "pla"})
    EXPECT_THAT(conformance::check_loss([&] { return built_plugins().create<Loss>(name, {}).component; }),
                IsEmpty())
        << name;
}

}  // namespace
}  // namespace tagloom
