#include <tagloom/base/error.hpp>
#include <tagloom/base/name.hpp>
#include <tagloom/base/random.hpp>
#include <tagloom/datasets/split.hpp>

#include <fmt/format.h>

#include <cmath>
#include <numeric>

namespace tagloom::datasets {

Dataset carve_validation(Dataset dataset, double fraction, std::uint64_t seed) {
  if (!(fraction >= 0.0 && fraction < 1.0)) {
    throw UsageError(fmt::format("the validation fraction must be at least 0 and below 1, not {}", fraction));
  }
  if (!dataset.validation.empty()) {
    throw DataError(fmt::format("the data set {} has a validation split of {} images already",
                                shown(dataset.root), dataset.validation.size()));
  }
  const auto images = dataset.train.size();
  const auto moved = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(images)));
  if (moved == 0) return dataset;
  if (moved == images) {
    throw UsageError(fmt::format("a validation fraction of {} leaves none of the {} images to train on",
                                 fraction, images));
  }

  std::vector<std::size_t> order(images);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random(seed).shuffle(order);
  std::vector<bool> chosen(images);
  for (std::size_t i = 0; i < moved; ++i)
    chosen[order[i]] = true;

  std::vector<Sample> train;
  train.reserve(images - moved);
  for (std::size_t i = 0; i < images; ++i) {
    (chosen[i] ? dataset.validation : train).push_back(std::move(dataset.train[i]));
  }
  dataset.train = std::move(train);
  return dataset;
}

}  // namespace tagloom::datasets
