#include "training/epoch_plan.hpp"

#include "distributed/group.hpp"
#include "distributed/world.hpp"
#include "registry/kinds/ordering.hpp"
#include "support/files.hpp"
#include "training_world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tagloom::training {
namespace {

using ::testing::UnorderedElementsAreArray;

/// A world of one process, which exchanges nothing.
class Silent : public distributed::Collectives {
 public:
  [[nodiscard]] at::Device device() const override { return at::kCPU; }
  void sum(at::Tensor /*tensor*/) override {}
  void take_from_first(at::Tensor /*tensor*/) override {}
  std::vector<at::Tensor> gather(at::Tensor /*tensor*/) override { return {}; }
};

class EpochPlanOfTwoViews : public ::testing::Test {
 protected:
  [[nodiscard]] EpochPlan plan(const distributed::World& world, std::int64_t epoch) const {
    return plan_epoch(config_, inputs_, *ordering_, world, epoch);
  }

  tagloom::testing::TemporaryFolder folder_;
  TrainConfig config_ = [this] {
    TrainConfig config = small(folder_ / "m.safetensors", kRia);
    config.views = {world().flipped()};
    return config;
  }();
  Inputs inputs_ = read_inputs(config_);
  std::unique_ptr<Ordering> ordering_ = registry().create<Ordering>("random", {}).component;
};

TEST_F(EpochPlanOfTwoViews, RowsAndSequencesAreThoseOfTheImages) {
  const EpochPlan plan = this->plan(distributed::World(), 1);
  ASSERT_EQ(plan.rows.size(), plan.shares.size());
  std::set<std::size_t> views;
  for (std::size_t b = 0; b < plan.shares.size(); ++b) {
    const std::vector<std::int64_t>& images = plan.shares[b].images;
    const auto sequences = plan.sequences_of(plan.shares[b]);
    ASSERT_EQ(plan.rows[b].size(), images.size());
    ASSERT_EQ(sequences.size(), images.size());
    for (std::size_t i = 0; i < images.size(); ++i) {
      const auto image = static_cast<std::size_t>(images[i]);
      const auto& [source, row] = plan.rows[b][i];
      EXPECT_EQ(row, inputs_.train_rows[source][image]);
      EXPECT_THAT(sequences[i], UnorderedElementsAreArray(inputs_.data.train[image].labels));
      views.insert(source);
    }
  }
  EXPECT_EQ(views.size(), 2U) << "one view would show nothing of the other";
}

TEST_F(EpochPlanOfTwoViews, TheSharesOfTwoProcessesMakeTheBatchesOfOne) {
  const EpochPlan alone = [this] {
    TrainConfig twice = config_;
    twice.batch *= 2;
    return plan_epoch(twice, inputs_, *ordering_, distributed::World(), 2);
  }();
  std::vector<EpochPlan> halves;
  for (const int rank : {0, 1})
    halves.push_back(plan(distributed::World({.rank = rank, .size = 2}, std::make_unique<Silent>()), 2));
  ASSERT_EQ(halves[0].batches(), alone.batches());
  ASSERT_EQ(halves[1].batches(), alone.batches());
  for (std::size_t b = 0; b < alone.shares.size(); ++b) {
    std::vector<std::int64_t> both;
    for (const EpochPlan& half : halves)
      std::ranges::copy(half.shares[b].images, std::back_inserter(both));
    EXPECT_THAT(both, UnorderedElementsAreArray(alone.shares[b].images));
  }
  EXPECT_EQ(halves[0].sequences, halves[1].sequences);
}

}  // namespace
}  // namespace tagloom::training
