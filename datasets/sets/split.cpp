#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/split.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace tagloom::datasets {
namespace {

/// Both keep their order.
void move_chosen(std::vector<Sample>& from, const std::vector<bool>& chosen, std::vector<Sample>& to) {
  std::vector<Sample> kept;
  for (std::size_t i = 0; i < from.size(); ++i)
    (chosen[i] ? to : kept).push_back(std::move(from[i]));
  from = std::move(kept);
}

std::vector<bool> chosen_at_random(std::size_t images, std::size_t chosen_images, std::uint64_t seed) {
  std::vector<std::size_t> order(images);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(order);
  std::vector<bool> chosen(images);
  for (std::size_t i = 0; i < chosen_images; ++i)
    chosen[order[i]] = true;
  return chosen;
}

std::vector<bool> chosen_by_labels(const Dataset& dataset, double fraction, std::uint64_t seed) {
  const double proportions[] = {1 - fraction, fraction};
  std::vector<bool> chosen;
  for (const std::size_t part : stratified_parts(dataset.train, dataset.vocabulary.size(), proportions, seed))
    chosen.push_back(part == 1);
  return chosen;
}

}  // namespace

Dataset carve_validation(Dataset dataset, double fraction, std::uint64_t seed, Draw draw) {
  if (!(fraction >= 0.0 && fraction < 1.0)) {
    throw UsageError(fmt::format("the validation fraction must be at least 0 and below 1, not {}", fraction));
  }
  if (!dataset.validation.empty()) return dataset;
  const auto images = dataset.train.size();
  const auto moved = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(images)));
  if (moved == 0) return dataset;
  if (moved == images) {
    throw UsageError(fmt::format("a validation fraction of {} leaves none of the {} images to train on",
                                 fraction, images));
  }

  const std::vector<bool> chosen = draw == Draw::stratified ? chosen_by_labels(dataset, fraction, seed)
                                                            : chosen_at_random(images, moved, seed);
  move_chosen(dataset.train, chosen, dataset.validation);
  return dataset;
}

Dataset hold_out_test(Dataset dataset, const HeldOut& held_out) {
  const double fraction = held_out.fraction;
  if (!(fraction >= 0.0 && fraction < 1.0)) {
    throw UsageError(fmt::format("the test fraction must be at least 0 and below 1, not {}", fraction));
  }
  if (fraction == 0) return dataset;
  if (!dataset.test.empty()) {
    throw UsageError(fmt::format("{} has a test split of {} images already; do without --test-fraction",
                                 shown(dataset.root), dataset.test.size()));
  }
  const std::vector<bool> chosen = chosen_by_labels(dataset, fraction, held_out.seed);
  move_chosen(dataset.train, chosen, dataset.test);
  dataset.held_out = held_out;
  return dataset;
}

}  // namespace tagloom::datasets
