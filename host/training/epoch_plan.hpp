#pragma once

/// What one epoch does at this process: which images, in which order, from which view, with which label
/// sequences. All of it follows from the seed and the epoch's number and is computed once, before the first
/// step.

#include "training/config.hpp"
#include "training/inputs.hpp"
#include "training/shared_step.hpp"

#include <tagloom/featurecache/stream.hpp>
#include <tagloom/labels.hpp>
#include <tagloom/ordering.hpp>

#include <cstdint>
#include <vector>

namespace tagloom::training {

struct EpochPlan {
  /// This process's images of each batch, those with the most labels first.
  std::vector<Share> shares;
  /// The rows of their features.
  std::vector<std::vector<featurecache::SourceRow>> rows;
  /// By image: its labels in the order that the ordering gave them.
  std::vector<std::vector<std::int64_t>> sequences;

  [[nodiscard]] std::int64_t batches() const { return static_cast<std::int64_t>(shares.size()); }
  /// The sequences of one share's images.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> sequences_of(const Share& share) const;
};

/// Throws PluginError if the ordering fails or does anything but order.
EpochPlan plan_epoch(const TrainConfig& config, const Inputs& inputs, const Ordering& ordering,
                     const distributed::World& world, std::int64_t epoch);

}  // namespace tagloom::training
