#pragma once

/// What several processes do together in one training step, so that they take the step that one process would
/// take with all their images as its batch.

#include "distributed/world.hpp"
#include "training/objective.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::training {

/// This process's images of a batch, and whether they count: where a last batch has fewer images than there
/// are processes, some compute its first image for nothing, so that all have gradients to exchange.
struct Share {
  std::vector<std::int64_t> images;
  bool counts = true;
};
Share share_of(const distributed::World& world, std::span<const std::int64_t> batch);

/// The terms' sum, scaled so that all processes' losses sum to that of the whole batch.
at::Tensor shared_loss(distributed::World& world, const std::vector<Objective::Term>& terms, bool counts);

/// Replaces the parameters' gradients, and the loss, by their sums over all processes.
void sum_gradients(distributed::World& world, const std::vector<at::Tensor>& parameters,
                   const at::Tensor& loss);

}  // namespace tagloom::training
