#include "training/inputs.hpp"

#include "evaluation/predict.hpp"

#include <tagloom/datasets/corel5k.hpp>
#include <tagloom/datasets/split.hpp>
#include <tagloom/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace tagloom::training {
namespace {

void check_view(const featurecache::CacheReader& base, const featurecache::CacheReader& view) {
  featurecache::CacheInfo mirrored = base.info();
  mirrored.flipped = true;
  if (const std::string difference = featurecache::difference(view.info(), mirrored); !difference.empty())
    throw DataError(
        fmt::format("{} is no other view of what {} holds: {}; build it with the same encoder and "
                    "options, and --flip.",
                    view.path().string(), base.path().string(), difference));
}

}  // namespace

Inputs read_inputs(const TrainConfig& config) {
  Inputs inputs{.data = datasets::carve_validation(datasets::read_corel5k(config.data), config.validation,
                                                   config.seed)};
  datasets::Dataset& data = inputs.data;
  inputs.statistics = datasets::label_statistics(data.vocabulary, data.train);
  inputs.caches.emplace_back(config.cache);
  if (inputs.cache().info().flipped)
    throw DataError(
        fmt::format("{} holds flipped images; give it as --view, and the cache of the images as they "
                    "are as --cache.",
                    config.cache.string()));
  for (const auto& path : config.views) {
    inputs.caches.emplace_back(path);
    check_view(inputs.cache(), inputs.caches.back());
  }
  for (const auto& cache : inputs.caches)
    inputs.train_rows.push_back(evaluation::rows_of(cache, data.train));
  inputs.selection = config.select_on == "test" ? data.test : data.validation;
  if (inputs.selection.empty())
    throw UsageError(
        fmt::format("Training needs a {} split to choose the best epoch by; {}.", config.select_on,
                    config.select_on == "test" ? "the data set has none" : "give --validation above 0"));
  inputs.selection_rows = evaluation::rows_of(inputs.cache(), inputs.selection);
  inputs.max_steps = std::max(datasets::max_labels(data.train), datasets::max_labels(inputs.selection)) + 1;
  return inputs;
}

}  // namespace tagloom::training
