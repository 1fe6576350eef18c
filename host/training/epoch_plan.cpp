#include "training/epoch_plan.hpp"

#include "registry/guarded.hpp"
#include "registry/promises.hpp"
#include "training/epoch_batches.hpp"

#include <tagloom/conformance/promises/ordering.hpp>

namespace tagloom::training {

std::vector<std::vector<std::int64_t>> EpochPlan::sequences_of(const Share& share) const {
  return picked<std::vector<std::int64_t>>(sequences, share.images);
}

EpochPlan plan_epoch(const TrainConfig& config, const Inputs& inputs, const Ordering& ordering,
                     const distributed::World& world, std::int64_t epoch) {
  EpochPlan plan;
  const auto views = drawn_views(inputs.train_images(), inputs.caches.size(), config.seed, epoch);
  for (const auto& batch :
       shuffled_batches(inputs.train_images(), config.batch * world.size(), config.seed, epoch)) {
    Share& share = plan.shares.emplace_back(share_of(world, batch));
    sort_by_length(share.images, inputs.data.train);
    auto& rows = plan.rows.emplace_back();
    for (const std::int64_t image : share.images) {
      const auto i = static_cast<std::size_t>(image);
      rows.push_back({.source = views[i], .row = inputs.train_rows[views[i]][i]});
    }
  }
  plan.sequences = registry::guarded(
      registry::Place("the ordering " + config.ordering, config.ordering),
      [&] { return ordered_sequences(inputs.data.train, ordering, inputs.statistics, config.seed, epoch); });
  for (std::size_t i = 0; i < plan.sequences.size(); ++i)
    registry::require_kept("ordering", config.ordering,
                           conformance::broken_order(plan.sequences[i], inputs.data.train[i].labels));
  return plan;
}

}  // namespace tagloom::training
