#pragma once

/// The batches of one epoch: which images, in which order, and their label sequences. All of it follows from
/// the seed and the epoch's number, so that a run can be repeated and continued.

#include <tagloom/datasets/dataset.hpp>
#include <tagloom/labels.hpp>
#include <tagloom/ordering.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace tagloom::training {

/// One epoch's batches as positions in the training split: a permutation cut into pieces of `batch` (the last
/// one may be shorter).
std::vector<std::vector<std::int64_t>> shuffled_batches(std::int64_t images, std::int64_t batch,
                                                        std::uint64_t seed, std::int64_t epoch);

/// Sorts images, positions in `samples`, by falling number of labels (batch_sizes.hpp).
void sort_by_length(std::vector<std::int64_t>& images, std::span<const datasets::Sample> samples);

/// The label sequences of one epoch for all images, as the ordering gives them.
std::vector<std::vector<std::int64_t>> ordered_sequences(std::span<const datasets::Sample> samples,
                                                         const Ordering& ordering,
                                                         const LabelStatistics& statistics,
                                                         std::uint64_t seed, std::int64_t epoch);

/// For each image the view that an epoch takes of it, from 0 to `views - 1`.
std::vector<std::size_t> drawn_views(std::int64_t images, std::size_t views, std::uint64_t seed,
                                     std::int64_t epoch);

/// A seed for LibTorch's generators, from which a step's dropout is drawn.
std::uint64_t step_seed(std::uint64_t seed, std::int64_t epoch, std::int64_t batch);

/// The elements of `values` at `positions`.
template <class T>
std::vector<T> picked(std::span<const T> values, std::span<const std::int64_t> positions) {
  std::vector<T> chosen;
  chosen.reserve(positions.size());
  for (const std::int64_t position : positions)
    chosen.push_back(values[static_cast<std::size_t>(position)]);
  return chosen;
}

}  // namespace tagloom::training
