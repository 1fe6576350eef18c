#include "training/epoch_batches.hpp"

#include <tagloom/base/random.hpp>

#include <algorithm>
#include <functional>
#include <numeric>

namespace tagloom::training {
namespace {

/// Streams of random numbers that do not overlap.
enum class Stream : std::uint32_t { shuffle = 1, ordering = 2, view = 3, step = 4 };

Random draws(std::uint64_t seed, std::int64_t epoch, Stream stream, std::int64_t batch = 0) {
  return {seed,
          {static_cast<std::uint32_t>(epoch), static_cast<std::uint32_t>(stream),
           static_cast<std::uint32_t>(batch)}};
}

}  // namespace

std::vector<std::vector<std::int64_t>> shuffled_batches(std::int64_t images, std::int64_t batch,
                                                        std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(images));
  std::iota(order.begin(), order.end(), 0);
  draws(seed, epoch, Stream::shuffle).shuffle(order);
  std::vector<std::vector<std::int64_t>> batches;
  for (auto first = order.begin(); first != order.end();) {
    const auto last = first + std::min<std::int64_t>(batch, order.end() - first);
    batches.emplace_back(first, last);
    first = last;
  }
  return batches;
}

void sort_by_length(std::vector<std::int64_t>& images, std::span<const datasets::Sample> samples) {
  std::ranges::stable_sort(images, std::ranges::greater(), [samples](std::int64_t image) {
    return samples[static_cast<std::size_t>(image)].labels.size();
  });
}

std::vector<std::vector<std::int64_t>> ordered_sequences(std::span<const datasets::Sample> samples,
                                                         const Ordering& ordering,
                                                         const LabelStatistics& statistics,
                                                         std::uint64_t seed, std::int64_t epoch) {
  Random random = draws(seed, epoch, Stream::ordering);
  std::vector<std::vector<std::int64_t>> sequences;
  sequences.reserve(samples.size());
  for (const datasets::Sample& sample : samples)
    sequences.push_back(ordering.order(sample.labels, statistics, random));
  return sequences;
}

std::vector<std::size_t> drawn_views(std::int64_t images, std::size_t views, std::uint64_t seed,
                                     std::int64_t epoch) {
  Random random = draws(seed, epoch, Stream::view);
  std::vector<std::size_t> drawn(static_cast<std::size_t>(images));
  for (std::size_t& view : drawn)
    view = random.index(views);
  return drawn;
}

std::uint64_t step_seed(std::uint64_t seed, std::int64_t epoch, std::int64_t batch) {
  return draws(seed, epoch, Stream::step, batch).bits();
}

}  // namespace tagloom::training
